import type { Diagnostic } from '@rehearse/contracts';
import type { Paint } from '../text/paint.js';
import { printable } from '../text/printable.js';

interface Described {
  file: string;
  source: string;
  diagnostics: readonly Diagnostic[];
  paint: Paint;
}

/** Each finding as file:line:column with its code, the source line, a caret under the place, and how to mend it. */
export function describeDiagnostics({ file, source, diagnostics, paint }: Described): string {
  const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return diagnostics.map((one) => describe(one, { file, line: lines[one.line - 1] ?? '', paint })).join('\n');
}

function describe(
  one: Diagnostic,
  { file, line, paint }: { file: string; line: string; paint: Paint },
): string {
  const colour = one.severity === 'error' ? 'red' : 'yellow';
  const place = paint('bold', `${printable(file)}:${one.line}:${one.column}`);
  const head = `${place} ${paint(colour, one.severity)} ${paint('dim', one.code)}`;
  const help =
    one.suggestion === undefined ? '' : `${paint('cyan', '  help:')} ${printable(one.suggestion)}\n`;
  return `${head}\n  ${printable(one.message)}\n${excerpt(one, line, paint)}${help}`;
}

const WIDTH = 100;
const LEAD = 30;

/** The line, cut to what can be read around the place. */
function excerpt(
  { line: number, column, endLine, endColumn, severity }: Diagnostic,
  line: string,
  paint: Paint,
): string {
  const start = column - 1;
  const from = line.length > WIDTH && start > WIDTH - LEAD ? start - LEAD : 0;
  const shown = line.slice(from, from + WIDTH);
  const end = endLine === number ? endColumn - 1 : line.length;
  const before = printable(shown.slice(0, start - from));
  const marked = printable(shown.slice(start - from, Math.max(end, start + 1) - from));
  const gutter = `  ${String(number).padStart(4)} `;
  const cut = from > 0 ? '…' : ' ';
  const text = `${paint('dim', `${gutter}|`)}${cut}${printable(shown)}${from + WIDTH < line.length ? '…' : ''}\n`;
  // A tab stays a tab, so that the caret stands under its place however wide tabs are.
  const under =
    before.replaceAll(/[^\t]/g, ' ') + paint(severity === 'error' ? 'red' : 'yellow', carets(marked));
  return `${text}${paint('dim', `${' '.repeat(gutter.length)}|`)} ${under}\n`;
}

const carets = (marked: string): string => '^'.repeat(Math.max(1, marked.trimEnd().length));
