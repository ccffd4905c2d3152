import { writeCassette, type Recording } from '@rehearse/engine';
import type { RunTask } from '../run/run-task.js';

type Identity = readonly [graph: string, caseId: string | null, repeat: number, seed: number];

const identityOfTask = ({ loaded, caseId, repeat, seed }: RunTask): Identity => [
  loaded.graph.name,
  caseId,
  repeat,
  seed,
];
const identityOf = ({ header: { graph, caseId, repeat, seed } }: Recording): Identity => [
  graph.name,
  caseId,
  repeat,
  seed,
];

/** The recordings of a cassette file: one for each graph, case, repeat and seed. */
export class CassetteBook {
  readonly #recordings = new Map<string, Recording>();
  #hasChanged = false;

  constructor(recordings: readonly Recording[]) {
    for (const recording of recordings)
      this.#recordings.set(JSON.stringify(identityOf(recording)), recording);
  }

  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  find(task: RunTask): Recording | undefined {
    return this.#recordings.get(JSON.stringify(identityOfTask(task)));
  }

  /** Puts a recording in the place of the one before it, unless they only differ in when they were made. */
  put(recording: Recording): void {
    const identity = JSON.stringify(identityOf(recording));
    const old = this.#recordings.get(identity);
    if (old && isSameRun(old, recording)) return;
    this.#recordings.set(identity, recording);
    this.#hasChanged = true;
  }

  /** By graph, case, repeat and seed, so that the file does not depend on the order of recording. */
  text(): string {
    return writeCassette([...this.#recordings.values()].sort(byIdentity));
  }
}

function isSameRun(a: Recording, b: Recording): boolean {
  const [left, right] = [endOf(a), endOf(b)];
  if (left === null || right === null || a.header.graph.source !== b.header.graph.source) return false;
  return left.digest === right.digest && left.verdictDigest === right.verdictDigest;
}

function endOf({ events }: Recording): { digest: string; verdictDigest: string } | null {
  const last = events.at(-1);
  return last?.type === 'run.finished' ? last.data : null;
}

function byIdentity(a: Recording, b: Recording): number {
  const [left, right] = [identityOf(a), identityOf(b)];
  return (
    compare(left[0], right[0]) ||
    compare(left[1] ?? '', right[1] ?? '') ||
    left[2] - right[2] ||
    left[3] - right[3]
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
