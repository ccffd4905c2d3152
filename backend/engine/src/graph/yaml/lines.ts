import type { SourceRange } from '../model.js';

/** Turns offsets in a text into lines and columns, both from 1; `\n`, `\r\n` and `\r` end a line. */
export class Lines {
  readonly #starts: number[] = [0];
  /** Where the text of each line ends, before what ends the line. */
  readonly #ends: number[] = [];

  constructor(readonly source: string) {}

  /** Offsets beyond the text count as its end. */
  range(start: number, end: number): SourceRange {
    const first = this.#position(start);
    const last = end > start ? this.#position(end) : first;
    return { line: first.line, column: first.column, endLine: last.line, endColumn: last.column };
  }

  #position(offset: number): { line: number; column: number } {
    const at = Math.max(0, Math.min(offset, this.source.length));
    this.#readBeyond(at);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.min(at, this.#ends[low]!) - this.#starts[low]! + 1 };
  }

  /** Only as far as somebody asked: a text that is refused for its size has one finding, at its beginning. */
  #readBeyond(offset: number): void {
    const { source } = this;
    while (this.#ends.length < this.#starts.length && this.#starts.at(-1)! <= offset) {
      LINE_END.lastIndex = this.#starts.at(-1)!;
      const found = LINE_END.exec(source);
      this.#ends.push(found?.index ?? source.length);
      if (!found) return;
      this.#starts.push(LINE_END.lastIndex);
    }
  }
}

const LINE_END = /\r\n?|\n/g;
