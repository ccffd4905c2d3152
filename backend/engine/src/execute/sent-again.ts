import type { StepError } from '@rehearse/contracts';
import type { ToolOutcome } from '../ports.js';

/** A refusal stays one; a server that is overloaded or broken may be well again. */
export const isPassing = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500;

/** No answer, or none that says what became of the call. */
const UNTOLD: ReadonlySet<string> = new Set([
  ...['tool/unreachable', 'tool/broken-answer', 'tool/answer-too-large', 'tool/aborted'],
]);

const isUntold = ({ code, category }: StepError): boolean => category === 'timeout' || UNTOLD.has(code);

/**
 * What a call came to, with whether it may be sent again: not where it would be refused again, and not where it has a
 * side effect that may have happened.
 */
export function toldWhetherAgain(outcome: ToolOutcome, { sideEffect }: { sideEffect: boolean }): ToolOutcome {
  if (outcome.ok) return outcome;
  const { error, isUnsent = false } = outcome;
  const isRefused = error.status !== undefined && !isPassing(error.status);
  const mayHaveHappened = sideEffect && !isUnsent && error.status === undefined && isUntold(error);
  return isRefused || mayHaveHappened ? { ...outcome, retryable: false } : outcome;
}
