import { closeSync, fstatSync, openSync, readSync, statSync, writeFileSync, type Stats } from 'node:fs';
import path from 'node:path';
import { cassetteWriter, type Recording } from '@rehearse/engine';
import { fileError, openDraft } from '../files.js';
import type { Io } from '../io.js';
import type { RunTask } from '../run/run-task.js';
import { byIdentity, digestsOf, identityOf, identityOfTask, type Identity } from './identity.js';
import { lockCassette } from './lock-cassette.js';
import { changed, readPlaced, recordingAt, type Place } from './placed-recordings.js';
import { invalidCassette } from './read-cassette.js';

interface Entry extends Place {
  identity: Identity;
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
    if (this.#size === 0 || this.#lastByte() === '\n') return file;
    writeFileSync(file, '\n');
    this.#size++;
    return file;
  }

  #lastByte(): string {
    const byte = Buffer.allocUnsafe(1);
    readSync((this.#reading ??= openSync(this.#target, 'r')), byte, 0, 1, this.#size - 1);
    return byte.toString();
  }

  #put(entry: Entry): void {
    if (this.#last && byIdentity(this.#last, entry.identity) > 0) this.#isInOrder = false;
    this.#last = entry.identity;
    this.#entries.set(JSON.stringify(entry.identity), entry);
    this.#size = entry.offset + entry.length;
  }

  #index(): void {
    const { problems, end } = this.#told('read', () => {
      this.#reading = openSync(this.#target, 'r');
      this.#known = fstatSync(this.#reading);
      return readPlaced(this.#reading, (recording, place) => {
        const identity = identityOf(recording);
        if (this.#entries.has(JSON.stringify(identity))) this.#isInOrder = false;
        // Whoever appends has to know which sources the file has.
        this.#write({ header: recording.header, events: [] });
        this.#put({ identity, ...place, digests: digestsOf(recording) });
      });
    });
    this.#size = end;
    // Into a file that holds nothing can be recorded.
    const wrong = problems.filter(({ code }) => code !== 'cassette/empty');
    if (wrong.length > 0) throw invalidCassette(wrong, this.#file);
  }

  #read(place: Place): Recording {
    return this.#told('read', () => recordingAt((this.#reading ??= openSync(this.#target, 'r')), place));
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
