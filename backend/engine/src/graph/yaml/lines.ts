import type { SourceRange } from '../model.js';

/** Turns offsets in a text into lines and columns, both from 1; `\n`, `\r\n` and `\r` end a line. */
export class Lines {
  readonly #starts: number[] = [0];
  /** Where the text of each line ends, before what ends the line. */
  readonly #ends: number[] = [];

  constructor(readonly source: string) {
    for (let at = 0; at < source.length; at++) {
      const code = source.charCodeAt(at);
      if (code !== 10 && code !== 13) continue;
      this.#ends.push(at);
      if (code === 13 && source.charCodeAt(at + 1) === 10) at++;
      this.#starts.push(at + 1);
    }
    this.#ends.push(source.length);
  }

  /** Offsets beyond the text count as its end. */
  range(start: number, end: number): SourceRange {
    const first = this.#position(start);
    const last = end > start ? this.#position(end) : first;
    return { line: first.line, column: first.column, endLine: last.line, endColumn: last.column };
  }

  #position(offset: number): { line: number; column: number } {
    const at = Math.max(0, Math.min(offset, this.source.length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.min(at, this.#ends[low]!) - this.#starts[low]! + 1 };
  }
}
