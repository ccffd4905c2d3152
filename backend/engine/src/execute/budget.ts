import type { EventData } from '@rehearse/contracts';
import type { EventDraft } from '../journal/writer.js';
import { turnKey } from '../journal/keys.js';
import type { Plan } from './plan.js';
import type { RunState } from './state.js';

type Limit = EventData<'budget.exceeded'>['limit'];

/** The event that ends a run which has used more than it may; of several nodes the first in the file is named. */
export function overBudget(plan: Plan, state: RunState): EventDraft | null {
  const { maxCostUsd, maxTokens } = plan.graph.budget;
  const { costUsd, tokens } = state.totals;
  const broken: [Limit, number | undefined, number][] = [
    ['maxCostUsd', maxCostUsd, costUsd],
    ['maxTokens', maxTokens, tokens],
  ];
  for (const [limit, max, used] of broken) {
    if (max === undefined || used <= max) continue;
    const lane = plan.graph.nodes.find((node) => state.nodes[node.index]!.phase === 'answered')?.id;
    if (lane !== undefined) return exceeded({ lane, key: turnKeyOf(plan, state, lane), limit, max, used });
  }
  return null;
}

/** The event that ends a run because a node would need one turn more than there may be. */
export function outOfTurns(plan: Plan, state: RunState, lane: string): EventDraft | null {
  const max = plan.graph.budget.maxTurns;
  if (max === undefined || state.totals.turns < max) return null;
  return exceeded({
    lane,
    key: turnKeyOf(plan, state, lane),
    limit: 'maxTurns',
    max,
    used: state.totals.turns + 1,
  });
}

const turnKeyOf = (plan: Plan, state: RunState, lane: string): string =>
  turnKey(lane, Math.max(1, state.nodes[plan.graph.nodeById.get(lane)!.index]!.turn));

const exceeded = (event: { lane: string; key: string } & EventData<'budget.exceeded'>): EventDraft => {
  const { lane, key, ...data } = event;
  return { type: 'budget.exceeded', lane, key, data };
};
