import { readSync } from 'node:fs';

const CHUNK = 1 << 18;
const NEWLINE = 10;

/** The lines of an open file, and where the one after each begins, in bytes. Only one line is held at a time. */
export function* readLines(file: number): Generator<{ line: string; next: number }> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  let [rest, next]: [Buffer, number] = [Buffer.alloc(0), 0];
  // Not from a place that is told: a pipe has none.
  for (let read = 0; (read = readSync(file, buffer, 0, CHUNK, null)) > 0;) {
    let text = Buffer.concat([rest, buffer.subarray(0, read)]);
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE)) {
      next += end + 1;
      yield { line: text.toString('utf8', 0, end), next };
      text = text.subarray(end + 1);
    }
    rest = text;
  }
  if (rest.length > 0) yield { line: rest.toString('utf8'), next: next + rest.length };
}
