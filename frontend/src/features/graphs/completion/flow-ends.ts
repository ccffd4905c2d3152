const CLOSING: Record<string, string> = { '{': '}', '[': ']' };
const indentOf = (line: string): number => line.length - line.trimStart().length;

/**
 * The text with the braces and brackets closed that the line of the cursor leaves open, so that what is below is read as
 * it is meant. A line is left open where the next does not go on with it.
 */
export function closed(text: string, position: number): string {
  const start = text.lastIndexOf('\n', position - 1) + 1;
  const newline = text.indexOf('\n', position);
  const end = newline === -1 ? text.length : newline;
  const line = text.slice(start, end);
  const next = text
    .slice(end)
    .split('\n')
    .find((one) => one.trim() !== '');
  const goesOn = next !== undefined && (indentOf(next) > indentOf(line) || /^\s*[}\]]/.test(next));
  const open = openAtEnd(line);
  if (open.length === 0 || goesOn) return text;
  return (
    text.slice(0, end) +
    open
      .map((bracket) => CLOSING[bracket])
      .toReversed()
      .join('') +
    text.slice(end)
  );
}

/** The brackets that a line opens and does not close; those within quotes are text. */
function openAtEnd(line: string): string[] {
  const open: string[] = [];
  const isFlow = () => open.length > 0;
  for (const [token] of line.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?<=^|[\s,[{:-])[[{]|[\]}]/g)) {
    if (token in CLOSING) open.push(token);
    else if (isFlow() && (token === '}' || token === ']')) open.pop();
  }
  return open;
}
