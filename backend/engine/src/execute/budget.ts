import type { ChatMessage, EventData } from '@rehearse/contracts';
import type { EventDraft } from '../journal/writer.js';
import { turnKey } from '../journal/keys.js';
import { estimateTokens } from '../mock/tokens.js';
import type { ModelRequest } from '../ports.js';
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

/** Tokens of messages before anybody has counted them. */
const promptTokens = (messages: readonly ChatMessage[]): number =>
  messages.reduce((sum, { content }) => sum + estimateTokens(content ?? ''), 0);

/** The event that ends a run because a prompt alone would use up what may be used. */
export function outOfTokens(
  plan: Plan,
  { totals }: RunState,
  slot: Slot,
  messages: readonly ChatMessage[],
): EventDraft | null {
  const max = plan.graph.budget.maxTokens;
  if (max === undefined) return null;
  const used = totals.tokens + promptTokens(messages);
  return used < max ? null : exceeded(slot, { limit: 'maxTokens', max, used });
}

/**
 * The request with its answer kept to the tokens that are left. What is left depends on what runs beside it, so the cap
 * is no part of what the journal says was asked. Calls that are under way at once can pass the limit together.
 */
export function capped(plan: Plan, { totals }: RunState, request: ModelRequest): ModelRequest {
  const max = plan.graph.budget.maxTokens;
  if (max === undefined) return request;
  const left = Math.max(1, max - totals.tokens - promptTokens(request.messages));
  const maxOutputTokens = Math.min(left, request.params.maxOutputTokens ?? left);
  return { ...request, params: { ...request.params, maxOutputTokens } };
}

const exceeded = ({ lane, key, state }: Slot, data: EventData<'budget.exceeded'>): EventDraft => ({
  type: 'budget.exceeded',
  lane,
  key: turnKey(key, Math.max(1, state.turn)),
  data,
});
