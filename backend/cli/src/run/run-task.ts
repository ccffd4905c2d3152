import { createHash } from 'node:crypto';
import type { CassetteHeader, JsonObject } from '@rehearse/contracts';
import type { LoadedGraph } from '../graphs/load-graphs.js';

/** One run that is to be made. */
export interface RunTask {
  loaded: LoadedGraph;
  caseId: string | null;
  /** From 0. */
  repeat: number;
  /** How many repeats of its case there are. */
  repeats: number;
  seed: number;
  vars: JsonObject;
  minPass: number | null;
  /** The profile of faults, by its name. */
  chaos: string | null;
}

/** The same run has the same id, so that a recording made anew differs only where its content does. */
export function runIdOf({ loaded, caseId, repeat, seed, chaos }: RunTask): string {
  const faults = chaos === null ? [] : [chaos];
  const identity = JSON.stringify([loaded.graph.digest, caseId, repeat, seed, ...faults]);
  const hex = createHash('sha256').update(identity).digest('hex');
  // RFC 9562, version 8: an id whose content is the application's own.
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

export const headerOf = (task: RunTask): CassetteHeader => ({
  rehearse: 'cassette/v1',
  runId: runIdOf(task),
  graph: { name: task.loaded.graph.name, digest: task.loaded.graph.digest, source: task.loaded.graph.source },
  caseId: task.caseId,
  repeat: task.repeat,
  seed: task.seed,
  redaction: null,
});

type Place = Pick<RunTask, 'caseId' | 'repeat' | 'seed'>;

/** `refund-agent, case happy-path, repeat 0, seed 1` */
export const nameOfRun = (graph: string, { caseId, repeat, seed }: Place): string =>
  [graph, ...(caseId === null ? [] : [`case ${caseId}`]), `repeat ${repeat}`, `seed ${seed}`].join(', ');
