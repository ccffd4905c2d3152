import type { RunView } from '@rehearse/contracts';
import { isOver } from './run-opening.js';

/** Why a run shows no check: that nothing is asserted about it is known of one alone that came to its end. */
export function whyNoChecks(run: Pick<RunView, 'status' | 'verdict'>): string {
  if (!isOver(run)) return 'No check was made yet.';
  if (run.status === 'canceled') return 'The run was stopped before anything was checked.';
  if (run.verdict === 'errored') return 'The run broke off before anything was checked.';
  return 'Nothing is asserted about this run.';
}
