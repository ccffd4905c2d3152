import type { ExperimentSummary } from '@rehearse/contracts';
import { percent } from '../../ui/format.js';
import classes from './RateWhisker.module.css';

type Rate = ExperimentSummary['passRate'];

/** A share on the line from 0 to 100 %, with its 95 % interval: how sure we are is part of the number. */
export function RateWhisker({ rate, of = 'Pass rate' }: { rate: Rate; of?: string }) {
  const text =
    rate.estimate === null
      ? 'no scored run'
      : `${percent(rate.estimate)}, 95 % interval ${percent(rate.low)} to ${percent(rate.high)}, n = ${rate.n}`;
  return (
    <span className={classes.whisker} role="img" aria-label={`${of} ${text}`} title={text}>
      {rate.estimate !== null && (
        <>
          <span
            className={classes.range}
            style={{ left: `${rate.low * 100}%`, width: `${(rate.high - rate.low) * 100}%` }}
          />
          <span className={classes.point} style={{ left: `${rate.estimate * 100}%` }} />
        </>
      )}
    </span>
  );
}
