import path from 'node:path';
import { LIMITS } from '@rehearse/contracts';
import type { ImportFiles } from '@rehearse/engine';
import { readEntry, type TreeEntry, uploadEntries } from '../graphs/index.js';

type Read = ReturnType<ImportFiles['read']>;

/** The texts of a form by their names, archives opened. An import sees these and no other files. */
export class UploadedFiles implements ImportFiles {
  readonly #entries: ReadonlyMap<string, TreeEntry>;
  readonly #read = new Map<string, Read>();
  #bytes = 0;

  constructor(body: unknown) {
    this.#entries = uploadEntries(body);
  }

  get names(): string[] {
    return [...this.#entries.keys()].sort();
  }

  /** Once each: an import may name a file as often as it likes. */
  read(name: string): Read {
    const known = this.#read.get(name) ?? this.#inflated(name);
    this.#read.set(name, known);
    return known;
  }

  find(pattern: string): string[] {
    return this.names.filter((name) => path.posix.matchesGlob(name, pattern));
  }

  #inflated(name: string): Read {
    const entry = this.#entries.get(name);
    if (!entry) return { ok: false, message: 'it was not sent along' };
    this.#bytes += entry.size;
    return this.#bytes > LIMITS.filesBytes
      ? { ok: false, message: 'with it the files have more than 50 MiB together' }
      : readEntry(this.#entries, name);
  }
}
