import type { CallDefaults } from '@rehearse/contracts';
import type { ModelSeat, RetryPolicy } from '../graph/model.js';

/** Those of the format: what holds where neither the graph nor the operator says anything. */
export const FORMAT_DEFAULTS: CallDefaults = {
  ...{ strategy: 'fallback', timeoutMs: 60_000 },
  ...{ attempts: 4, initialDelayMs: 1_000, maxDelayMs: 60_000 },
};

/** What the operator changed, for the journal: a run goes on and replays by it, whatever the configuration is by then. */
export function changedDefaults(given: Partial<CallDefaults> = {}): { defaults?: Partial<CallDefaults> } {
  const changed = Object.entries(given).filter(
    ([name, value]) => value !== undefined && value !== FORMAT_DEFAULTS[name as keyof CallDefaults],
  );
  return changed.length === 0 ? {} : { defaults: Object.fromEntries(changed) };
}

type Seated = Pick<ModelSeat, 'retry' | 'timeoutMs' | 'route'>;

export const attemptsOf = ({ retry }: Seated, defaults: CallDefaults): number =>
  retry.attempts ?? defaults.attempts;

export const timeoutOf = ({ timeoutMs }: Seated, defaults: CallDefaults): number =>
  timeoutMs ?? defaults.timeoutMs;

export const strategyOf = ({ route }: Pick<Seated, 'route'>, defaults: CallDefaults) =>
  route.spec.strategy ?? defaults.strategy;

export function retryOf({ retry }: Seated, defaults: CallDefaults): RetryPolicy {
  const { attempts, initialDelayMs, maxDelayMs } = defaults;
  return { backoff: 'exponential', jitter: 0.5, attempts, initialDelayMs, maxDelayMs, ...retry };
}
