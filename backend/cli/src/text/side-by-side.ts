import type { Paint } from './paint.js';
import { oneLine } from './printable.js';

interface Sides {
  expected: string;
  actual: string;
}

const CONTEXT = 2;
const MOST = 24;

/** Two texts in two columns: the lines that differ, with those around them. */
export function sideBySide(
  { expected, actual }: Sides,
  { paint, columns }: { paint: Paint; columns: number },
): string {
  const [left, right] = [expected.split('\n'), actual.split('\n')];
  const { start, leftEnd, rightEnd } = differing(left, right);
  const width = Math.max(24, Math.floor((columns - 3) / 2));
  const row = (a: string, b: string) => `${cell(a, width)} ${paint('dim', '│')} ${oneLine(b, width)}\n`;
  const from = Math.max(0, start - CONTEXT);
  const [a, b] = [left.slice(from, leftEnd + CONTEXT), right.slice(from, rightEnd + CONTEXT)];
  const count = Math.min(MOST, Math.max(a.length, b.length));
  const rows = Array.from({ length: count }, (_, i) => row(a[i] ?? '', b[i] ?? ''));
  const isCut = Math.max(a.length, b.length) > count;
  const head = `${paint('green', cell('expected', width))} ${paint('dim', '│')} ${paint('red', 'actual')}\n`;
  return `${head}${from > 0 ? row('…', '…') : ''}${rows.join('')}${isCut ? row('…', '…') : ''}`;
}

const cell = (text: string, width: number): string => oneLine(text, width).padEnd(width);

/** The part between the lines that both begin with and those that both end with. */
function differing(left: readonly string[], right: readonly string[]) {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start++;
  let end = 0;
  while (end < shorter - start && left.at(-1 - end) === right.at(-1 - end)) end++;
  return { start, leftEnd: left.length - end, rightEnd: right.length - end };
}
