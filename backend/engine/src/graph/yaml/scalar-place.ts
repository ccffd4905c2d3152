import { SCALAR_STYLE } from 'js-yaml';
import type { ScalarNode } from './tree.js';

const BLANK = /[ \t\r\n]/;
const HEX_ESCAPES: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/**
 * The offset in the source of a character of a scalar's text. Quotes, escapes, folded lines and the indentation of
 * block scalars stand in the source and not in the text, so both are walked side by side.
 */
export function sourceOffset(source: string, scalar: ScalarNode, textOffset: number): number {
  const { event, value } = scalar;
  if (typeof value !== 'string' || event.valueStart < 0) return scalar.start;
  if (event.fast) return Math.min(event.valueStart + textOffset, event.valueEnd);
  const isBlock = event.style >= SCALAR_STYLE.LITERAL_BLOCK;
  let at = isBlock
    ? skipIndent(source, event.valueStart, event.indent)
    : joined(source, event.valueStart, scalar);
  for (let index = 0; index < textOffset && at < event.valueEnd; index++) {
    if (isBlock) at = blockStep(source, { at, next: value[index + 1], indent: event.indent });
    else at = joined(source, flowStep(source, at, scalar, index), scalar);
  }
  return Math.min(at, event.valueEnd);
}

/** Behind escaped line breaks, which join two lines without a character of their own. */
function joined(source: string, from: number, { event }: ScalarNode): number {
  let at = from;
  if (event.style !== SCALAR_STYLE.DOUBLE_QUOTED) return at;
  while (source[at] === '\\' && /[\r\n]/.test(source[at + 1] ?? '')) {
    at++;
    while (at < event.valueEnd && BLANK.test(source[at]!)) at++;
  }
  return at;
}

function skipIndent(source: string, from: number, indent: number): number {
  let at = from;
  while (at < from + Math.max(indent, 0) && source[at] === ' ') at++;
  return at;
}

/** Behind a line break, with the indentation of the lines that follow it. */
function skipBreak(source: string, from: number, indent: number): number {
  let at = from;
  if (source[at] === '\r') at++;
  if (source[at] === '\n') at++;
  return skipIndent(source, at, indent);
}

interface BlockPlace {
  at: number;
  next: string | undefined;
  indent: number;
}

function blockStep(source: string, { at, next, indent }: BlockPlace): number {
  if (source[at] !== '\r' && source[at] !== '\n') return at + 1;
  const behind = skipBreak(source, at, indent);
  return next === undefined || next === '\n' ? behind : skipBreaks(source, behind, indent);
}

/** A folded break is one blank, or one break for each empty line: what comes next stands behind all of them. */
function skipBreaks(source: string, from: number, indent: number): number {
  let at = from;
  while (/[\r\n]/.test(source[at] ?? '')) at = skipBreak(source, at, indent);
  return at;
}

function flowStep(source: string, at: number, { event, value }: ScalarNode, index: number): number {
  const text = value as string;
  if (event.style === SCALAR_STYLE.DOUBLE_QUOTED && source[at] === '\\')
    return at + (HEX_ESCAPES[source[at + 1] ?? ''] ?? 2);
  if (event.style === SCALAR_STYLE.SINGLE_QUOTED && source[at] === "'") return at + 2;
  const isFold = BLANK.test(text[index]!) && isBreakAhead(source, at);
  if (!isFold) return at + 1;
  if (BLANK.test(text[index + 1] ?? 'x')) return at;
  let behind = at;
  while (behind < event.valueEnd && BLANK.test(source[behind]!)) behind++;
  return behind;
}

function isBreakAhead(source: string, from: number): boolean {
  let at = from;
  while (source[at] === ' ' || source[at] === '\t') at++;
  return source[at] === '\n' || source[at] === '\r';
}
