import type { Repeat } from '@rehearse/contracts';
import type { CaseCount, CompiledCase, CompiledCases } from '../model.js';

/** A case that stands in the document, or the rows of a data set. */
export type CasePart = CompiledCase | DatasetPart;

export interface DatasetPart extends Iterable<CompiledCase> {
  size: number;
  /** Of each row. */
  repeat: Repeat;
  file: string;
  find(id: string): CompiledCase | undefined;
}

const isDataset = (part: CasePart): part is DatasetPart => Symbol.iterator in part;

/** The cases of all entries, one after the other. */
export class CaseList implements CompiledCases {
  readonly size: number;
  readonly files: readonly string[];
  readonly repeats: readonly CaseCount[];
  readonly #parts: readonly CasePart[];
  readonly #datasets: readonly DatasetPart[];
  readonly #inline: ReadonlyMap<string, CompiledCase>;

  constructor(parts: readonly CasePart[]) {
    this.#parts = parts;
    this.#datasets = parts.filter(isDataset);
    this.#inline = new Map(parts.flatMap((part) => (isDataset(part) ? [] : [[part.id, part]])));
    this.size = parts.reduce((sum, part) => sum + (isDataset(part) ? part.size : 1), 0);
    this.repeats = parts.map((part) => ({ cases: isDataset(part) ? part.size : 1, repeat: part.repeat }));
    this.files = this.#datasets.map(({ file }) => file);
  }

  *[Symbol.iterator](): Iterator<CompiledCase> {
    for (const part of this.#parts)
      if (isDataset(part)) yield* part;
      else yield part;
  }

  find(id: string): CompiledCase | undefined {
    const own = this.#inline.get(id);
    if (own) return own;
    for (const dataset of this.#datasets) {
      const found = dataset.find(id);
      if (found) return found;
    }
    return undefined;
  }
}
