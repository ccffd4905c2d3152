import type { RunView } from '@rehearse/contracts';
import { Link } from '@tanstack/react-router';
import { ForkLink } from './replay/ForkLink.js';
import classes from './RunOverview.module.css';

const ENDS = {
  completed: '',
  error: 'An error ended the run',
  budget: 'The budget ended the run',
  contract: 'A contract ended the run',
  stopped: 'Somebody stopped the run',
} as const;

/** Why a run ended before its time, or could not be judged. */
export function RunTrouble({ run }: { run: RunView }) {
  const ended = run.status === 'canceled' ? ENDS.stopped : run.reason ? ENDS[run.reason.kind] : '';
  if (!ended && !run.error) return null;
  const message = run.error?.message ?? run.reason?.message;
  return (
    <div className={classes.trouble}>
      <strong>{ended || 'The run could not be judged'}</strong>
      {run.reason?.node && (
        <>
          {' '}
          at{' '}
          <Link to="/runs/$id" params={{ id: run.id }} search={{ tab: 'steps', node: run.reason.node }}>
            <code>{run.reason.node}</code>
          </Link>
        </>
      )}
      {message && <p>{message}</p>}
      {run.status === 'canceled' && !run.imported && run.lastSeq > 1 && (
        <p>
          What was done is not undone.{' '}
          <ForkLink runId={run.id} at={run.lastSeq - 1} label="Fork from where it stood" />
        </p>
      )}
      {run.error && <code className={classes.muted}>{run.error.code}</code>}
    </div>
  );
}
