import type { JsonObject } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';

/** One run that is to be made of a graph. */
export interface PlannedRun {
  caseId: string | null;
  /** From 0. */
  repeat: number;
  seed: number;
  vars: JsonObject;
  /** The case passes when at least that many of its repeats pass. */
  minPass: number | null;
}

interface Choice {
  /** Ids; default all. An unknown one is left out: the caller says so. */
  cases?: readonly string[];
  /** Repeats of each case, in place of the case's own. */
  repeat?: number;
  seed?: number;
}

/** Cases × repeats, in file order; a graph without cases makes one run without vars. Repeat r runs with seed + r. */
export function planRuns(graph: CompiledGraph, choice: Choice = {}): PlannedRun[] {
  const { cases, repeat, seed } = choice;
  if (graph.cases.length === 0)
    return repeats({ id: null, vars: {}, runs: repeat ?? 1, minPass: null, seed: seed ?? 1 });
  return graph.cases
    .filter(({ id }) => cases === undefined || cases.includes(id))
    .flatMap((one) => {
      const minPass = repeat === undefined ? (one.repeat.minPass ?? null) : null;
      const { id, vars } = one;
      return repeats({ id, vars, runs: repeat ?? one.repeat.runs, minPass, seed: seed ?? one.seed ?? 1 });
    });
}

interface Repeated {
  id: string | null;
  vars: JsonObject;
  runs: number;
  minPass: number | null;
  seed: number;
}

const repeats = ({ id, vars, runs, minPass, seed }: Repeated): PlannedRun[] =>
  Array.from({ length: runs }, (_, r) => ({ caseId: id, repeat: r, seed: (seed + r) >>> 0, vars, minPass }));
