import type { Divergence, JournalEvent, RunVerdict } from '@rehearse/contracts';
import { foldRun, namedContracts, nodeTypesOf, type RunFold } from '@rehearse/engine';
import type { RunTask } from './run-task.js';
import { withoutTarget } from './without-target.js';

export interface RunError {
  code: string;
  message: string;
  node?: string;
}

/** A run that was made, replayed, or could not be. */
export interface RunResult {
  task: RunTask;
  verdict: RunVerdict;
  fold: RunFold;
  events: readonly JournalEvent[];
  /** Taken from a cassette, and replayed strictly. */
  isReplayed: boolean;
  divergence?: Divergence;
  /** Why nothing could be told. */
  error?: RunError;
  /** What ended it in its middle, when what failed was told all the same. */
  ended?: RunError;
}

/** What the journal of a run comes to. */
export function resultOf(task: RunTask, events: readonly JournalEvent[], isReplayed: boolean): RunResult {
  const fold = foldRun(events, namedContracts(task.loaded.graph), nodeTypesOf(task.loaded.graph));
  const found = errorOf(fold);
  const early = endOf(fold);
  const whole = (one: RunError) => withBudget(withoutTarget(one, events), events);
  return {
    ...{ task, verdict: fold.verdict ?? 'errored', fold, events, isReplayed },
    ...(found && { error: whole(found) }),
    ...(early && { ended: whole(early) }),
  };
}

/** A contract that it broke may have said the same already. */
function endOf({ verdict, error, reason, contracts }: RunFold): RunError | undefined {
  if (verdict !== 'failed' || (reason?.kind !== 'error' && reason?.kind !== 'budget')) return undefined;
  const node = reason.node === undefined ? {} : { node: reason.node };
  if (contracts.some(({ message }) => message === error?.message)) return undefined;
  const { code, message } = error ?? { code: `run/${reason.kind}`, message: reason.message ?? '' };
  return { code, message, ...node };
}

function errorOf({ verdict, error, reason, assertions }: RunFold): RunError | undefined {
  if (verdict === 'passed' || verdict === 'failed') return undefined;
  const node = reason?.node === undefined ? {} : { node: reason.node };
  if (error) return { code: error.code, message: error.message, ...node };
  if (verdict === null) return { code: 'run/unfinished', message: 'the run did not come to its end' };
  const unclear = assertions.find((assertion) => assertion.verdict === 'errored');
  if (unclear) return { code: 'assertion/errored', message: `${unclear.type}: ${unclear.reason}` };
  if (reason?.message) return { code: `run/${reason.kind}`, message: reason.message, ...node };
  if (verdict === 'inconclusive') return { code: 'run/nothing-asserted', message: 'nothing was asserted' };
  return { code: 'run/errored', message: 'the run could not be judged' };
}

/** Which budget it was, and how much of it was used. */
function withBudget(error: RunError, events: readonly JournalEvent[]): RunError {
  const exceeded = error.code === 'run/budget' && events.find(({ type }) => type === 'budget.exceeded');
  if (!exceeded || exceeded.type !== 'budget.exceeded') return error;
  const { limit, max, used } = exceeded.data;
  const unit = { maxCostUsd: 'US dollars', maxTokens: 'tokens', maxDuration: 'ms', maxTurns: 'turns' }[limit];
  const message = `the budget ended the run: ${limit} is ${max}, and it came to ${Number(used.toPrecision(6))} ${unit}`;
  return { ...error, message };
}

/** A run whose recording does not replay. */
export function divergedResult(task: RunTask, divergence: Divergence): RunResult {
  const { kind, message } = divergence;
  return { ...failedResult(task, { code: `replay/${kind}`, message }), isReplayed: true, divergence };
}

/** A run that did not take place. */
export const failedResult = (task: RunTask, error: RunError): RunResult => ({
  task,
  verdict: 'errored',
  fold: foldRun([]),
  events: [],
  isReplayed: false,
  error,
});
