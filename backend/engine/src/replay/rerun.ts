import type { EventData, Hold, JournalEvent } from '@rehearse/contracts';
import { graphsIn } from '../contract/index.js';
import type { CompiledGraph } from '../graph/model.js';
import { beginning, brokenChain, type Forked, type Parent } from './fork.js';
import { forkBaseOf } from './origins.js';
import type { Tried } from './problem.js';

/** What is let loose in a rerun, whatever is held: judges alone, the model too, or tools as well. */
export const LOOSE = ['judge', 'model', 'tools'] as const;
export type Loose = (typeof LOOSE)[number];

/**
 * The beginning of a run that does again what a recorded one did, with one more part of the world let loose: judges always
 * judge anew, from `model` on the model answers anew, with `tools` they do too. Vars, seed, faults, people and timers are those
 * of the recorded run; `seed` is for mocks, which would say the same again.
 */
export function rerunOf(parent: Parent, { loose, seed }: { loose: Loose; seed: number }): Tried<Forked> {
  const broken = brokenChain(parent);
  if (broken) return broken;
  const { events, graph } = parent;
  const [started] = events;
  const hold = {
    model: loose === 'judge',
    tools: loose !== 'tools',
    sideEffects: realSideEffects(graph, started),
    seed,
  };
  const base: EventData<'fork.base'> = { parent: started!.runId, fromSeq: 1, edits: [], hold };
  return { ok: true, ...beginning(parent, events.slice(0, 1), base) };
}

/** Of a rerun; what mocks draw by, in place of the seed of the run. */
export const drawSeedOf = (events: readonly JournalEvent[]): number | undefined =>
  forkBaseOf(events)?.data.hold?.seed;

/** Of a rerun; what it let loose. */
export function looseIn(events: readonly JournalEvent[]): Loose | undefined {
  const hold = forkBaseOf(events)?.data.hold;
  if (!hold) return undefined;
  return hold.model ? 'judge' : hold.tools ? 'model' : 'tools';
}

/** The tools whose call would change something out there. */
export function realSideEffects(
  graph: CompiledGraph,
  started: JournalEvent | undefined,
): Hold['sideEffects'] {
  const isLive = started?.type === 'run.started' && started.data.live;
  const names = graphsIn(graph).flatMap(({ tools }) =>
    [...tools].flatMap(([name, { spec, mock }]) =>
      spec.sideEffect && (isLive || mock === undefined) ? [name] : [],
    ),
  );
  return [...new Set(names)].toSorted();
}
