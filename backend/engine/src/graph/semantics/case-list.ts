import type { CompiledCase, CompiledCases } from '../model.js';

/** The cases of one entry under `cases`. */
export interface CasePart extends Iterable<CompiledCase> {
  size: number;
  file?: string;
  find(id: string): CompiledCase | undefined;
}

/** The cases of all entries, one after the other. */
export class CaseList implements CompiledCases {
  readonly size: number;
  readonly files: readonly string[];

  constructor(private readonly parts: readonly CasePart[]) {
    this.size = parts.reduce((sum, { size }) => sum + size, 0);
    this.files = parts.flatMap(({ file }) => (file === undefined ? [] : [file]));
  }

  *[Symbol.iterator](): Iterator<CompiledCase> {
    for (const part of this.parts) yield* part;
  }

  find(id: string): CompiledCase | undefined {
    for (const part of this.parts) {
      const found = part.find(id);
      if (found) return found;
    }
    return undefined;
  }
}

export const inlinePart = (one: CompiledCase): CasePart => ({
  size: 1,
  *[Symbol.iterator]() {
    yield one;
  },
  find: (id) => (id === one.id ? one : undefined),
});
