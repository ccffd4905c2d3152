import { durationMs, type ChatMessage, type EventData } from '@rehearse/contracts';
import { RUN_LANE } from '../journal/digest.js';
import { elapsedMs } from '../journal/instant.js';
import type { EventDraft } from '../journal/writer.js';
import { turnKey } from '../journal/keys.js';
import type { ModelRequest } from '../ports.js';
import type { Frame, Slot } from './frame.js';
import { promptTokens } from './ledger.js';
import type { Plan } from './plan.js';
import type { RunState } from './state.js';

/** What waits for the end of a run's time goes by this. */
export const DEADLINE_KEY = 'budget';

type Limit = EventData<'budget.exceeded'>['limit'];

/** The event that ends a run which has used more than it may; of several nodes the first in the file is named. */
export function overBudget(plan: Plan, state: RunState): EventDraft | null {
  const { maxCostUsd, maxTokens } = plan.graph.budget;
  const { costUsd, tokens } = state.ledger.totals;
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
export function outOfTurns(plan: Plan, { ledger: { totals } }: RunState, slot: Slot): EventDraft | null {
  const max = plan.graph.budget.maxTurns;
  if (max === undefined || totals.turns < max) return null;
  return exceeded(slot, { limit: 'maxTurns', max, used: totals.turns + 1 });
}

/** The event that ends a run because a prompt alone would use up what may be used. */
export function outOfTokens(
  plan: Plan,
  { ledger: { totals } }: RunState,
  slot: Slot,
  messages: readonly ChatMessage[],
): EventDraft | null {
  const max = plan.graph.budget.maxTokens;
  if (max === undefined) return null;
  const used = totals.tokens + promptTokens(messages);
  return used < max ? null : exceeded(slot, { limit: 'maxTokens', max, used });
}

/** The event that ends a run because a prompt with the shortest answer would cost more than is left. */
export function outOfMoney(
  plan: Plan,
  { ledger }: RunState,
  slot: Slot,
  request: ModelRequest,
): EventDraft | null {
  const max = plan.graph.budget.maxCostUsd;
  const used = ledger.leastCostUsd({ ...request, key: slot.key });
  if (max === undefined || used === null || used <= max) return null;
  return exceeded(slot, { limit: 'maxCostUsd', max, used });
}

/** The event that ends a run because its time is up. */
export function outOfTime({ graph }: Plan, { started, lastAt, paused }: RunState): EventDraft {
  const max = durationMs(graph.budget.maxDuration!);
  const used = Math.max(max, elapsedMs(started!.at, lastAt) - paused.totalMs);
  return {
    type: 'budget.exceeded',
    lane: RUN_LANE,
    key: DEADLINE_KEY,
    data: { limit: 'maxDuration', max, used },
  };
}

/**
 * The request with its answer kept to what is left. That depends on what runs beside it, so the cap is no part of what
 * the journal says was asked.
 */
export function capped({ ledger }: RunState, { key }: Slot, request: ModelRequest): ModelRequest {
  const maxOutputTokens = ledger.most({ ...request, key });
  if (maxOutputTokens === Infinity) return request;
  return { ...request, params: { ...request.params, maxOutputTokens } };
}

const exceeded = ({ lane, key, state }: Slot, data: EventData<'budget.exceeded'>): EventDraft => ({
  type: 'budget.exceeded',
  lane,
  key: turnKey(key, Math.max(1, state.turn)),
  data,
});
