import { closeSync, fstatSync, openSync, readSync, statSync, writeFileSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { CassetteHeader, JournalEvent } from '@rehearse/contracts';
import { cassetteReader, cassetteWriter, type Recording } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { fileError, openDraft } from '../files.js';
import type { Io } from '../io.js';
import type { RunTask } from '../run/run-task.js';
import { byIdentity, digestsOf, identityOf, identityOfTask, type Identity } from './identity.js';
import { lockCassette } from './lock-cassette.js';
import { invalidCassette } from './read-cassette.js';
import { readLines } from './read-lines.js';

/** Where a recording stands in the file, in bytes. */
interface Entry {
  identity: Identity;
  offset: number;
  length: number;
  /** With the source, which the file has once for all runs of a graph. */
  graph: CassetteHeader['graph'];
  digests: string | null;
}

/**
 * The recordings of a cassette file, one for each graph, case, repeat, seed, chaos profile and cell of the matrix. They stay on disk: what is
 * kept of each is where it stands. New ones are appended as they come, by one process at a time; when the book is closed the file is put in
 * order.
 */
export class CassetteBook {
  readonly #io: Io;
  readonly #file: string;
  readonly #target: string;
  readonly #entries = new Map<string, Entry>();
  readonly #write = cassetteWriter();
  #reading: number | null = null;
  #appending: number | null = null;
  #unlock: (() => void) | null = null;
  #size = 0;
  /** The file as it was read. */
  #known: Pick<Stats, 'ino' | 'size'> | null = null;
  #isInOrder = true;
  #last: Identity | null = null;

  /** `isThere`: the file is read, and has to be a cassette. */
  constructor(io: Io, file: string, { isThere }: { isThere: boolean }) {
    this.#io = io;
    this.#file = file;
    this.#target = path.resolve(io.cwd, file);
    if (isThere) this.#index();
  }

  find(task: RunTask): Recording | undefined {
    const entry = this.#entries.get(JSON.stringify(identityOfTask(task)));
    return entry && this.#read(entry);
  }

  /** Takes the file for this process, as before a run that is to be recorded. */
  own(): void {
    if (this.#unlock) return;
    this.#unlock = lockCassette(this.#io, this.#file);
    const now = this.#told('read', () => statSync(this.#target, { throwIfNoEntry: false }));
    if (now?.ino !== this.#known?.ino || now?.size !== this.#known?.size) throw changed(this.#file);
  }

  /** Appends a recording, in the place of the one before it unless they only differ in when they were made. */
  add(recording: Recording): void {
    const identity = identityOf(recording);
    const key = JSON.stringify(identity);
    const old = this.#entries.get(key);
    const digests = digestsOf(recording);
    const { graph } = recording.header;
    if (old && digests !== null && old.digests === digests && old.graph.source === graph.source) return;
    this.own();
    const bytes = Buffer.from(this.#write(recording));
    this.#told('write', () => {
      this.#appending ??= this.#openToAppend();
      writeFileSync(this.#appending, bytes);
    });
    if (old) this.#isInOrder = false;
    this.#put({ identity, offset: this.#size, length: bytes.length, graph, digests });
  }

  /** Sorts by graph, case, repeat and seed, so that the file does not depend on the order of recording. */
  close(): void {
    try {
      if (this.#appending !== null && !this.#isInOrder) this.#sort();
    } finally {
      for (const open of [this.#reading, this.#appending]) if (open !== null) closeSync(open);
      this.#reading = this.#appending = null;
      this.#unlock?.();
    }
  }

  /** Behind a last line that has no end, which a recording would else be glued to. */
  #openToAppend(): number {
    const file = openSync(this.#target, 'a');
    if (this.#size === 0 || this.#bytes(this.#size - 1, 1).toString() === '\n') return file;
    writeFileSync(file, '\n');
    this.#size++;
    return file;
  }

  #put(entry: Entry): void {
    if (this.#last && byIdentity(this.#last, entry.identity) > 0) this.#isInOrder = false;
    this.#last = entry.identity;
    this.#entries.set(JSON.stringify(entry.identity), entry);
    this.#size = entry.offset + entry.length;
  }

  #index(): void {
    let [start, end] = [0, 0];
    const reader = cassetteReader((recording) => {
      const identity = identityOf(recording);
      if (this.#entries.has(JSON.stringify(identity))) this.#isInOrder = false;
      const { graph } = recording.header;
      // Whoever appends has to know which sources the file has.
      this.#write({ header: recording.header, events: [] });
      this.#put({ identity, offset: start, length: end - start, graph, digests: digestsOf(recording) });
      start = end;
    });
    this.#told('read', () => {
      this.#reading = openSync(this.#target, 'r');
      this.#known = fstatSync(this.#reading);
      for (const { line, next } of readLines(this.#reading)) {
        reader.push(line);
        end = next;
      }
    });
    // Into a file that holds nothing can be recorded.
    const problems = reader.end().filter(({ code }) => code !== 'cassette/empty');
    this.#size = end;
    if (problems.length > 0) throw invalidCassette(problems, this.#file);
  }

  #read({ offset, length, graph }: Entry): Recording {
    const lines = this.#bytes(offset, length)
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
    // A file may begin with a byte order mark.
    const [header, ...events] = lines.map((line) => JSON.parse(line.trim()) as unknown);
    return { header: { ...(header as CassetteHeader), graph }, events: events as JournalEvent[] };
  }

  #bytes(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    this.#told('read', () => {
      this.#reading ??= openSync(this.#target, 'r');
      readSync(this.#reading, bytes, 0, length, offset);
    });
    return bytes;
  }

  #sort(): void {
    const draft = openDraft(this.#io, this.#file);
    const write = cassetteWriter();
    try {
      for (const entry of [...this.#entries.values()].sort((a, b) => byIdentity(a.identity, b.identity)))
        draft.write(write(this.#read(entry)));
      draft.keep();
    } finally {
      draft.discard();
    }
  }

  #told<T>(act: 'read' | 'write', doIt: () => T): T {
    try {
      return doIt();
    } catch (error) {
      throw fileError(act, this.#file, error);
    }
  }
}

const changed = (file: string): CliError =>
  new CliError({
    code: 'cassette/changed',
    message: `${file} was written by another process after it was read here`,
    hint: 'Run again: what it holds now is read then.',
  });
