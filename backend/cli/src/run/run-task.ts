import type { Json, JsonObject } from '@rehearse/contracts';
import { sha256Hex, type PlannedRun } from '@rehearse/engine';
import type { LoadedGraph } from '../graphs/load-graphs.js';

/** One run that is to be made. */
export interface RunTask {
  /** The graph, or the one that its matrix makes. */
  loaded: LoadedGraph;
  /** What the matrix gives it. */
  matrix: JsonObject | null;
  caseId: string | null;
  /** From 0. */
  repeat: number;
  /** How many repeats of its case there are. */
  repeats: number;
  seed: number;
  vars: JsonObject;
  /** What the case lets agents remember from the start. */
  memory: JsonObject;
  minPass: number | null;
  /** The profile of faults, by its name. */
  chaos: string | null;
  /** Made beside a run under chaos, to be compared with it. */
  isClean?: true;
  /** Its case. */
  of: PlannedRun['of'];
  /** The run that it is compared with, by a metamorphic relation. */
  follows?: { relation: string; source: RunTask };
}

/** The same run has the same id, so that a recording made anew differs only where its content does. */
export function runIdOf({ loaded, caseId, repeat, seed, chaos }: RunTask): string {
  const faults = chaos === null ? [] : [chaos];
  const identity = JSON.stringify([loaded.graph.digest, caseId, repeat, seed, ...faults]);
  const hex = sha256Hex(identity);
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

/** The case, and what the matrix gives it: `happy-path, temperature 0.7`; `run` where there is neither. */
export function nameOfCase({
  caseId,
  matrix,
  isClean,
}: Pick<RunTask, 'caseId' | 'matrix' | 'isClean'>): string {
  const cell = Object.entries(matrix ?? {}).map(
    ([path, value]) => `${path.split('.').at(-1)} ${shown(value)}`,
  );
  const of = [...(caseId === null ? [] : [caseId]), ...cell].join(', ') || 'run';
  return isClean ? `${of}, without chaos` : of;
}

const MOST_SHOWN = 60;

/** A value of a matrix in a name: a file by its path, a long text by how it begins. */
function shown(value: Json): string {
  const isFile = typeof value === 'object' && value !== null && !Array.isArray(value) && 'file' in value;
  const text = isFile ? String(value['file']) : JSON.stringify(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

type Place = Pick<RunTask, 'caseId' | 'repeat' | 'seed'> & { matrix?: JsonObject | null | undefined };

/** `refund-agent, case happy-path, providers.agent.params.temperature 0.7, repeat 0, seed 1` */
export function nameOfRun(graph: string, { caseId, matrix, repeat, seed }: Place): string {
  const cell = Object.entries(matrix ?? {}).map(([path, value]) => `${path} ${shown(value)}`);
  const where = caseId === null ? cell : [`case ${caseId}`, ...cell];
  return [graph, ...where, `repeat ${repeat}`, `seed ${seed}`].join(', ');
}
