import type { Diagnostic as EditorDiagnostic } from '@codemirror/lint';
import { StateEffect, StateField, type Text } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import type { Diagnostic } from '@rehearse/contracts';

function offset(doc: Text, position: { line: number; column: number }): number {
  const line = doc.line(Math.min(Math.max(position.line, 1), doc.lines));
  return Math.min(line.from + position.column - 1, line.to);
}

/** Diagnostics of the server as marks of the editor; an empty range is widened so that it can be seen. */
export function toEditorDiagnostics(doc: Text, diagnostics: Diagnostic[]): EditorDiagnostic[] {
  return diagnostics
    .map((diagnostic) => {
      const from = offset(doc, diagnostic);
      const end = offset(doc, { line: diagnostic.endLine, column: diagnostic.endColumn });
      const hint = diagnostic.suggestion ? `\n${diagnostic.suggestion}` : '';
      return {
        from,
        to: Math.max(end, Math.min(from + 1, doc.length)),
        severity: diagnostic.severity,
        message: `${diagnostic.message}${hint}`,
        source: diagnostic.code,
      };
    })
    .sort((a, b) => a.from - b.from);
}

type Lines = { from: number; to: number };
const setLines = StateEffect.define<Lines | undefined>();
const nodeLine = Decoration.line({ class: 'cm-nodeLine' });

function marks(doc: Text, { from, to }: Lines): DecorationSet {
  const last = Math.min(to, doc.lines);
  const ranges = [];
  for (let line = from; line <= last; line++) ranges.push(nodeLine.range(doc.line(line).from));
  return Decoration.set(ranges);
}

/** The lines of the selected node. */
export const lineHighlight = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(current, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setLines))
        return effect.value ? marks(transaction.state.doc, effect.value) : Decoration.none;
    return current.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Sets the lines apart and brings the first one into view. */
export function showLines(editor: EditorView, lines: Lines | undefined): void {
  const { doc } = editor.state;
  if (!lines || lines.from > doc.lines) {
    editor.dispatch({ effects: setLines.of(undefined) });
    return;
  }
  const at = doc.line(lines.from).from;
  editor.dispatch({
    effects: [setLines.of(lines), EditorView.scrollIntoView(at, { y: 'nearest', yMargin: 60 })],
  });
}
