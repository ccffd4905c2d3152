import type { Repeat } from '@rehearse/contracts';
import type { CaseCount, CompiledCase, CompiledCases } from '../model.js';
import type { Compilation } from './compilation.js';

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

const ONCE: Repeat = { runs: 1 };

/** The repeats of an entry: its own, else those of the document. */
export const repeatOf = ({ document }: Compilation, { repeat }: { repeat?: Repeat | undefined }): Repeat =>
  repeat ?? document.repeat ?? ONCE;

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
    this.repeats = parts.map((part) => ({ cases: isDataset(part) ? part.size : 1, repeat: part.repeat }));
    this.size = this.repeats.reduce((sum, { cases }) => sum + cases, 0);
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
