import { readSync } from 'node:fs';

const CHUNK = 1 << 18;
const NEWLINE = 10;

interface Line {
  line: string;
  /** Where the one after it begins, in bytes. */
  next: number;
}

/** Cuts what comes in pieces into lines. What is held is the beginning of the line that has no end yet. */
export class LineCutter {
  #rest: Buffer[] = [];
  #next = 0;

  /** The lines that end in the piece, whose bytes may be overwritten afterwards. */
  *push(piece: Buffer): Generator<Line> {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      yield this.#cut(piece.subarray(start, end), 1);
      start = end + 1;
    }
    if (start < piece.length) this.#rest.push(Buffer.from(piece.subarray(start)));
  }

  /** The last line, which has no end. */
  *end(): Generator<Line> {
    if (this.#rest.length > 0) yield this.#cut(Buffer.alloc(0), 0);
  }

  #cut(tail: Buffer, ending: number): Line {
    const bytes = this.#rest.length === 0 ? tail : Buffer.concat([...this.#rest, tail]);
    if (this.#rest.length > 0) this.#rest = [];
    this.#next += bytes.length + ending;
    return { line: bytes.toString('utf8'), next: this.#next };
  }
}

/** The lines of an open file. Only one line is held at a time. */
export function* readLines(file: number): Generator<Line> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  const cutter = new LineCutter();
  // Not from a place that is told: a pipe has none.
  for (let read = 0; (read = readSync(file, buffer, 0, CHUNK, null)) > 0;)
    yield* cutter.push(buffer.subarray(0, read));
  yield* cutter.end();
}
