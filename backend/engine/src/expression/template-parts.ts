import type { ExpressionIssue } from './issue.js';

/** `offset` is where the expression begins in the text. */
export type TemplatePiece =
  { text: string } | { expression: string; offset: number } | { issue: ExpressionIssue };

/** Cuts a text at its `{{ … }}`. Braces in the strings and maps of an expression do not end it. */
export function* splitTemplate(text: string): Generator<TemplatePiece> {
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    if (open > at) yield { text: text.slice(at, open) };
    const offset = open + 2;
    const close = endOfExpression(text, offset);
    if (close === undefined) {
      yield { issue: unclosed(open) };
      return;
    }
    yield { expression: text.slice(offset, close), offset };
    at = close + 2;
  }
  if (at < text.length) yield { text: text.slice(at) };
}

const unclosed = (offset: number): ExpressionIssue => ({
  code: 'expression/syntax',
  severity: 'error',
  message: '`{{` is never closed',
  offset,
  length: 2,
  suggestion: 'end the expression with }}, or write {{ "{{" }} for two braces',
});

function endOfExpression(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"' || character === "'") at = endOfString(text, at);
    else if (character === '{') depth++;
    else if (character === '}') {
      if (depth === 0 && text[at + 1] === '}') return at;
      depth--;
    }
  }
  // A string that is never closed swallows the end; the parser then says so better than we could.
  const plain = text.indexOf('}}', start);
  return plain < 0 ? undefined : plain;
}

/** The index of the last quote of a string that begins at `start`; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  const quote = text[start]!;
  const delimiter = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  for (let at = start + delimiter.length; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(delimiter, at)) return at + delimiter.length - 1;
  }
  return text.length;
}
