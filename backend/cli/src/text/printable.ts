// Control characters move the cursor and write over what was said; bidirectional marks turn it around.
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/g;

/** Text of graphs and recordings, made safe for a terminal: what would steer it is shown as an escape. */
export const printable = (text: string): string =>
  text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** One line of at most `width` characters. */
export function oneLine(text: string, width = 160): string {
  const line = printable(text).replaceAll(/\s*\n\s*/g, ' ⏎ ');
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

/** A JSON value on one line; text stands in quotes. */
export const jsonLine = (value: unknown, width = 160): string =>
  oneLine(JSON.stringify(value) ?? 'nothing', width);

export const indent = (text: string, by: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(by));
