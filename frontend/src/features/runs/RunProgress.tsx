import type { RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { useNow } from '../../ui/clock.js';
import { estimateQuery } from './queries.js';
import { progressOf } from './run-progress.js';
import classes from './RunProgress.module.css';

/** Of a run that goes on: its nodes, and how long it may take by those before it. */
export function RunProgress({ run }: { run: RunView }) {
  const estimate = useQuery(estimateQuery(run.id)).data;
  const now = useNow();
  if (!estimate) return <>—</>;
  const { nodes, left, why, share } = progressOf(run, estimate, now);
  return (
    <span className={classes.progress} title={why} data-testid="progress">
      <span className={classes.track} aria-hidden>
        <span className={classes.fill} style={{ width: `${share * 100}%` }} />
      </span>
      {nodes}
      {left !== null && <span className={classes.left}>{left}</span>}
    </span>
  );
}
