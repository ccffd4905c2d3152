import type { EventDraft } from '../journal/writer.js';
import { outOfTime } from './budget.js';
import type { Told, Outcome } from './effects.js';
import type { Plan } from './plan.js';
import type { RunState } from './state.js';

/** The event that an outcome is. */
export function outcomeDraft(plan: Plan, state: RunState, arrived: Exclude<Outcome, Told>): EventDraft {
  const { lane, key, attempt } = arrived.effect;
  const place = { lane, key, attempt };
  switch (arrived.kind) {
    case 'model': {
      const { outcome } = arrived;
      if (outcome.ok) {
        const { ok: _, ...data } = outcome;
        return { type: 'model.responded', ...place, data };
      }
      const { ok: _, ...data } = outcome;
      return { type: 'model.failed', ...place, data };
    }
    case 'tool': {
      const { outcome, effect } = arrived;
      const { tool } = effect.request;
      if (outcome.ok) {
        const { ok: _, ...data } = outcome;
        return { type: 'tool.returned', ...place, data: { tool, ...data } };
      }
      const { ok: _, isUnsent: __, ...data } = outcome;
      return { type: 'tool.failed', ...place, data: { tool, ...data } };
    }
    case 'human':
      return { type: 'human.decided', ...place, data: arrived.outcome };
    case 'timer':
      return { type: 'timer.fired', ...place, data: {} };
    case 'deadline':
      return outOfTime(plan, state);
    default:
      return arrived satisfies never;
  }
}
