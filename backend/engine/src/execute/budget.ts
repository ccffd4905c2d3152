import type { EventData } from '@rehearse/contracts';
import type { EventDraft } from '../journal/writer.js';
import { turnKey } from '../journal/keys.js';
import type { Frame, Slot } from './frame.js';
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
    const slot = answeredIn(state.root);
    if (slot) return exceeded(slot, { limit, max, used });
  }
  return null;
}

/** The first execution of a node, in file order, whose model has answered. */
function answeredIn({ slots }: Frame): Slot | null {
  for (const slot of slots) {
    if (slot.state.phase === 'answered') return slot;
    for (const frame of slot.frames) {
      const found = frame && answeredIn(frame);
      if (found) return found;
    }
  }
  return null;
}

/** The event that ends a run because a node would need one turn more than there may be. */
export function outOfTurns(plan: Plan, { totals }: RunState, slot: Slot): EventDraft | null {
  const max = plan.graph.budget.maxTurns;
  if (max === undefined || totals.turns < max) return null;
  return exceeded(slot, { limit: 'maxTurns', max, used: totals.turns + 1 });
}

const exceeded = ({ lane, key, state }: Slot, data: EventData<'budget.exceeded'>): EventDraft => ({
  type: 'budget.exceeded',
  lane,
  key: turnKey(key, Math.max(1, state.turn)),
  data,
});
