import { isPassing, type Cancellation } from '@rehearse/engine';
import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState as State,
  ConsecutiveBreaker,
  handleWhenResult,
  TaskCancelledError,
} from 'cockatiel';
import {
  circuits,
  type Circuit,
  type CircuitPlace,
  type CircuitSettings,
  type CircuitState,
} from './circuits.js';
import type { Failed } from './outcome.js';

type Answered = { ok: true } | Failed;

interface Guarding {
  place: CircuitPlace;
  settings: CircuitSettings;
  signal: Cancellation;
}

/**
 * Calls a model unless it failed so often in a row that it is left alone; that is a failure like any other, in the journal
 * too, so that a replay needs no breaker. What a person called off, and what never left, tells nothing about the model.
 */
export async function guarded<T extends Answered>(
  { place, settings, signal }: Guarding,
  call: () => Promise<T>,
): Promise<T | Failed> {
  const circuit = circuits.get(place, () => circuitOf(place, settings));
  try {
    return await circuit.execute(async () => {
      if (signal.aborted) throw new Untold(calledOff());
      const outcome = await call();
      if (tellsNothing(outcome, signal)) throw new Untold(outcome);
      return outcome;
    });
  } catch (thrown) {
    if (thrown instanceof Untold) return thrown.outcome as T | Failed;
    if (thrown instanceof BrokenCircuitError || thrown instanceof TaskCancelledError)
      return leftAlone(place, settings);
    throw thrown;
  }
}

/** Carries an outcome past the breaker. */
class Untold extends Error {
  constructor(readonly outcome: Answered) {
    super('the outcome tells nothing about the model');
  }
}

const STATES: Readonly<Record<State, CircuitState>> = {
  [State.Closed]: 'closed',
  [State.Open]: 'open',
  [State.HalfOpen]: 'half_open',
  [State.Isolated]: 'open',
};

function circuitOf(place: CircuitPlace, { threshold, openMs, halfOpenCalls }: CircuitSettings): Circuit {
  const policy = circuitBreaker(
    handleWhenResult((answer) => isBreakdown(answer as Answered)),
    {
      breaker: new ConsecutiveBreaker(threshold),
      halfOpenAfter: openMs,
      halfOpenSampling: { calls: halfOpenCalls, threshold: 0 },
    },
  );
  return { place, state: () => STATES[policy.state], execute: (call) => policy.execute(call) };
}

const isAborted = (outcome: Answered): boolean => !outcome.ok && outcome.error.code === 'provider/aborted';

const tellsNothing = (outcome: Answered, signal: Cancellation): boolean =>
  !outcome.ok && (outcome.error.category === 'policy' || (isAborted(outcome) && signal.reason !== 'timeout'));

/** A refusal of this one request, as by 400, 401 or 403, is an answer of a model that is well. */
function isBreakdown(outcome: Answered): boolean {
  if (outcome.ok) return false;
  const { status } = outcome.error;
  return status === undefined || isPassing(status);
}

const calledOff = (): Failed => ({
  ok: false,
  error: { code: 'provider/aborted', message: 'the call was called off', category: 'provider' },
  retryable: false,
});

function leftAlone({ provider, model }: CircuitPlace, { threshold, openMs }: CircuitSettings): Failed {
  const message =
    `${provider} is not asked for ${model}: ${threshold} calls in a row failed, ` +
    `and it is left alone for ${openMs / 1_000} s`;
  return {
    ok: false,
    error: { code: 'provider/circuit-open', message, category: 'provider' },
    retryable: false,
  };
}
