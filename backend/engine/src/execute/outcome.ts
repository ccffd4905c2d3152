import type { EventDraft } from '../journal/writer.js';
import type { Outcome } from './effects.js';
import type { Plan } from './plan.js';
import { elapsedMs } from '../journal/instant.js';
import type { RunState } from './state.js';
import { durationMs } from '@rehearse/contracts';

/** The event that an outcome is. */
export function outcomeDraft(plan: Plan, state: RunState, arrived: Outcome): EventDraft {
  const { effect } = arrived;
  const { lane, key, attempt } = effect;
  const place = { lane, key, attempt };
  if (!('outcome' in arrived)) {
    const max = durationMs(plan.graph.budget.maxDuration!);
    const used = Math.max(max, elapsedMs(state.started!.at, state.lastAt));
    return { type: 'budget.exceeded', ...place, data: { limit: 'maxDuration', max, used } };
  }
  if (arrived.effect.kind === 'model') {
    const outcome = arrived.outcome as Extract<Outcome, { effect: { kind: 'model' } }>['outcome'];
    if (outcome.ok) {
      const { ok: _, ...data } = outcome;
      return { type: 'model.responded', ...place, data };
    }
    const { ok: _, ...data } = outcome;
    return { type: 'model.failed', ...place, data };
  }
  const outcome = arrived.outcome as Extract<Outcome, { effect: { kind: 'tool' } }>['outcome'];
  const { tool } = arrived.effect.request;
  if (outcome.ok) return { type: 'tool.returned', ...place, data: { tool, result: outcome.result } };
  return { type: 'tool.failed', ...place, data: { tool, error: outcome.error } };
}
