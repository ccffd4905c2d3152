import { canonicalJson, type Recording } from '@rehearse/engine';
import type { RunTask } from '../run/run-task.js';

/** Which run a recording is of: a cassette has one for each, in this order. */
export type Identity = readonly [
  graph: string,
  caseId: string | null,
  repeat: number,
  seed: number,
  chaos: string | null,
  matrix: string,
];

export const identityOfTask = ({ loaded, caseId, repeat, seed, chaos, matrix }: RunTask): Identity => [
  ...([loaded.graph.name, caseId, repeat, seed, chaos] as const),
  matrix ? canonicalJson(matrix) : '',
];

export const identityOf = ({
  header: { graph, caseId, repeat, seed, matrix },
  events: [first],
}: Recording): Identity => [
  ...([graph.name, caseId, repeat, seed] as const),
  first?.type === 'run.started' ? first.data.chaos : null,
  matrix ? canonicalJson(matrix) : '',
];

/** What a recording came to; null when it has no end. */
export function digestsOf({ events }: Recording): string | null {
  const last = events.at(-1);
  return last?.type === 'run.finished' ? `${last.data.digest} ${last.data.verdictDigest}` : null;
}

/** Whether two recordings of a run came to the same; where one has no end, whether they are the same altogether. */
export function isSameRun(a: Recording, b: Recording): boolean {
  const [one, two] = [digestsOf(a), digestsOf(b)];
  if (a.header.graph.digest !== b.header.graph.digest) return false;
  return one === null || two === null ? JSON.stringify(a.events) === JSON.stringify(b.events) : one === two;
}

export function byIdentity(a: Identity, b: Identity): number {
  return (
    compare(a[0], b[0]) ||
    compare(a[1] ?? '', b[1] ?? '') ||
    a[2] - b[2] ||
    a[3] - b[3] ||
    compare(a[4] ?? '', b[4] ?? '') ||
    compare(a[5], b[5])
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
