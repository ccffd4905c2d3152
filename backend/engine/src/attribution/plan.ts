import type { JournalEvent } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { addCosts, costOf, type Cost } from '../journal/cost.js';
import { VERDICT_LANE } from '../journal/digest.js';
import { LOOSE, realSideEffects, type Loose } from '../replay/rerun.js';
import { observe, type Observed } from './observe.js';

/** A run that may be done again. */
export interface Tape {
  runId: string;
  graph: CompiledGraph;
  events: readonly JournalEvent[];
}

/** What is let loose, from the inside out, and what it costs by the tape. */
export interface RerunKind {
  loose: Loose;
  /** Null where the price of a model is not known. */
  costUsd: Cost;
}

export interface PlannedRerun extends RerunKind {
  runId: string;
  /** For mocks: another one for each rerun. */
  seed: number;
}

/** What of the world a run asks, each let loose in its reruns; none of a run that neither passed nor failed. */
export function rerunKinds({ graph, events }: Tape, observed: Observed = observe(events)): RerunKind[] {
  if (observed.score === null) return [];
  const held = new Set(realSideEffects(graph, events[0]));
  const asks: Readonly<Record<Loose, boolean>> = {
    judge: observed.asksJudge,
    model: observed.models.size > 0,
    tools: [...observed.called].some((tool) => !held.has(tool)),
  };
  const judges = spentIn(events.filter(({ lane }) => lane === VERDICT_LANE));
  const all = spentIn(events);
  return LOOSE.filter((loose) => asks[loose]).map((loose) => ({
    loose,
    costUsd: loose === 'judge' ? judges : all,
  }));
}

const spentIn = (events: readonly JournalEvent[]): Cost =>
  events.reduce<Cost>(
    (sum, event) => (event.type === 'model.responded' ? addCosts(sum, costOf(event.data)) : sum),
    0,
  );

/** What reruns cost in all, by their tapes. */
export const estimateOf = (reruns: readonly RerunKind[]): Cost =>
  reruns.reduce<Cost>((sum, { costUsd }) => addCosts(sum, costUsd), 0);

/** All reruns, in rounds, so that whatever is left out is left out of all alike. */
export function planReruns(
  tapes: readonly { runId: string; kinds: readonly RerunKind[] }[],
  { repeats, seed }: { repeats: number; seed: number },
): PlannedRerun[] {
  const round = tapes.flatMap(({ runId, kinds }) => kinds.map((kind) => ({ runId, ...kind })));
  return Array.from({ length: repeats }, () => round)
    .flat()
    .map((rerun, at) => ({ ...rerun, seed: (seed + Math.imul(at + 1, SPREAD)) >>> 0 }));
}

/** Odd, so that no two of four thousand million seeds are the same. */
const SPREAD = 0x9e3779b1;
