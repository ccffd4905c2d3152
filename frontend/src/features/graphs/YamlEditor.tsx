import { acceptCompletion, autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import type { Diagnostic } from '@rehearse/contracts';
import { useEffect, useId, useImperativeHandle, useRef, type Ref } from 'react';
import { cspNonce } from '../../ui/csp-nonce.js';
import { completeYaml } from './completion/complete-yaml.js';
import type { FormatSchema } from './completion/json-schema.js';
import { lineHighlight, showLines, toEditorDiagnostics } from './editor-marks.js';
import { editorLook } from './editor-look.js';
import classes from './YamlEditor.module.css';

export interface YamlEditorHandle {
  goTo(line: number, column?: number): void;
}

export interface YamlEditorProps {
  value: string;
  onChange?: (text: string) => void;
  diagnostics?: Diagnostic[];
  /** Lines to set apart: the selected node. */
  lines?: { from: number; to: number } | undefined;
  onLine?: (line: number) => void;
  /** The schema that what is written is completed by. */
  format?: FormatSchema | undefined;
  label: string;
  hint?: string;
  ref?: Ref<YamlEditorHandle>;
}

const BASICS: Extension[] = [
  lineNumbers(),
  foldGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  indentUnit.of('  '),
  bracketMatching(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  lintGutter(),
  yaml(),
  EditorView.lineWrapping,
  editorLook,
  lineHighlight,
  keymap.of([
    ...[...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap],
    ...[...completionKeymap, ...lintKeymap],
  ]),
];

/** Escape, then Tab, leaves an editor that takes Tab for itself. */
const writing = (format: () => FormatSchema | undefined): Extension[] => [
  autocompletion({ override: [completeYaml(format)], icons: false }),
  keymap.of([{ key: 'Tab', run: acceptCompletion }, indentWithTab]),
];

/** CodeMirror with YAML; read-only without `onChange`. Tab leaves it when it is read-only (no keyboard trap). */
export function YamlEditor(props: YamlEditorProps) {
  const isReadOnly = props.onChange === undefined;
  return <Editor key={`${isReadOnly} ${props.label}`} {...props} isReadOnly={isReadOnly} />;
}

function Editor(props: YamlEditorProps & { isReadOnly: boolean }) {
  const { value, diagnostics, lines, label, hint, ref, isReadOnly } = props;
  const leaving = useId();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const parent = host.current;
    if (!parent) return undefined;
    const editor = new EditorView({
      parent,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          ...BASICS,
          isReadOnly ? [] : writing(() => latest.current.format),
          new Compartment().of([EditorState.readOnly.of(isReadOnly)]),
          EditorView.cspNonce.of(cspNonce() ?? ''),
          EditorView.contentAttributes.of({
            ...{ 'aria-label': label, spellcheck: 'false', tabindex: '0' },
            ...(!isReadOnly && { 'aria-describedby': leaving }),
          }),
          hint ? placeholder(hint) : [],
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
            if (update.selectionSet && update.transactions.some((change) => change.isUserEvent('select')))
              latest.current.onLine?.(update.state.doc.lineAt(update.state.selection.main.head).number);
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [isReadOnly, label, hint, leaving]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    editor.dispatch(setDiagnostics(editor.state, toEditorDiagnostics(editor.state.doc, diagnostics ?? [])));
  }, [diagnostics]);
  const from = lines?.from;
  const to = lines?.to;
  useEffect(() => {
    const editor = view.current;
    if (editor) showLines(editor, from !== undefined && to !== undefined ? { from, to } : undefined);
  }, [from, to]);

  useImperativeHandle(ref, () => ({
    goTo(line, column = 1) {
      const editor = view.current;
      if (!editor || line > editor.state.doc.lines) return;
      const at = editor.state.doc.line(line);
      const anchor = Math.min(at.from + column - 1, at.to);
      editor.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      editor.focus();
    },
  }));

  return (
    <div className={classes.box}>
      <div ref={host} className={classes.host} />
      {!isReadOnly && (
        <p id={leaving} className={classes.leaving}>
          <kbd>Ctrl Space</kbd> completes; Tab indents; <kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor.
        </p>
      )}
    </div>
  );
}
