import type { ExperimentView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { count, duration, percent } from '../../ui/format.js';
import { Panel } from '../../ui/Panel.js';
import table from '../../ui/table.module.css';
import { percentile } from './case-table.js';
import classes from './ExperimentPage.module.css';
import { metricsQuery } from './queries.js';
import { RateWhisker } from './RateWhisker.js';

/** What all runs came to, each figure with how sure it is. */
export function ExperimentNumbers({ experiment }: { experiment: ExperimentView }) {
  return (
    <div className={classes.numbers}>
      <PassRate experiment={experiment} />
      <PassHat values={experiment.passHatK} />
      <Progress experiment={experiment} />
      <Latency experiment={experiment} />
      <Metrics experiment={experiment} />
    </div>
  );
}

function PassRate({ experiment }: { experiment: ExperimentView }) {
  const { passRate } = experiment;
  return (
    <Panel title="Pass rate" aside={`n = ${count(passRate.n)} scored`}>
      <p className={classes.big}>{percent(passRate.estimate)}</p>
      <RateWhisker rate={passRate} />
      <p className={classes.muted}>
        {passRate.estimate === null
          ? 'No run was scored, so there is nothing to say.'
          : `95 % interval (Wilson): ${percent(passRate.low)} to ${percent(passRate.high)}`}
      </p>
    </Panel>
  );
}

const MAX_K = 8;

function PassHat({ values }: { values: (number | null)[] }) {
  return (
    <Panel title="pass^k" aside="k repeats of a case all pass">
      <ol className={classes.hats}>
        {values.slice(0, MAX_K).map((value, index) => (
          <li key={index}>
            <span className={classes.muted}>pass^{index + 1}</span>
            <strong>{value === null ? '—' : value.toFixed(3)}</strong>
            <span className={classes.track} aria-hidden>
              <span className={classes.fill} style={{ width: `${(value ?? 0) * 100}%` }} />
            </span>
          </li>
        ))}
      </ol>
      {values.length === 0 && <p className={classes.muted}>No case has a scored repeat.</p>}
    </Panel>
  );
}

const VERDICT_ROWS = [
  ['passed', 'good'],
  ['failed', 'bad'],
  ['errored', 'odd'],
  ['inconclusive', 'warn'],
] as const;

function Progress({ experiment }: { experiment: ExperimentView }) {
  const { progress } = experiment;
  const open = progress.total - progress.finished;
  return (
    <Panel title="Runs" aside={`${count(progress.finished)} of ${count(progress.total)} finished`}>
      <div className={classes.stack} aria-hidden>
        {VERDICT_ROWS.map(([verdict, tone]) => (
          <span
            key={verdict}
            className={classes[tone]}
            style={{ width: `${(progress[verdict] / Math.max(1, progress.total)) * 100}%` }}
          />
        ))}
      </div>
      <ul className={classes.legend}>
        {VERDICT_ROWS.map(([verdict, tone]) => (
          <li key={verdict}>
            <span className={`${classes.dot} ${classes[tone]}`} aria-hidden />
            <Link to="/runs" search={{ experiment: experiment.id, verdict }}>
              {count(progress[verdict])} {verdict}
            </Link>
          </li>
        ))}
        {progress.canceled > 0 && (
          <li>
            <Link to="/runs" search={{ experiment: experiment.id, status: 'canceled' }}>
              {count(progress.canceled)} canceled
            </Link>
          </li>
        )}
        {open > 0 && <li className={classes.muted}>{count(open)} to go</li>}
      </ul>
    </Panel>
  );
}

const SHARES = [0.5, 0.9, 0.99] as const;

/** Never the mean alone: a few slow runs are what people feel. */
function Latency({ experiment }: { experiment: ExperimentView }) {
  const durations = experiment.cases.flatMap(({ runs }) =>
    runs.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs])),
  );
  return (
    <Panel title="Latency" aside={`of ${count(durations.length)} runs`}>
      <dl className={classes.shares}>
        {SHARES.map((share) => (
          <div key={share}>
            <dt className={classes.muted}>p{share * 100}</dt>
            <dd>{duration(percentile(durations, share))}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Metrics({ experiment }: { experiment: ExperimentView }) {
  const items = useQuery(metricsQuery(experiment)).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel title="Metrics" aside="mean score, 95 % by case" flush className={classes.metrics}>
      <div className={table.scroll}>
        <table className={table.table} aria-label="Metrics">
          <thead>
            <tr>
              <th>Metric</th>
              <th className={table.end}>Mean</th>
              <th className={classes.whisker}>95 % interval</th>
              <th className={table.end}>Failed</th>
              <th className={`${table.end} ${table.wide}`}>Errored</th>
              <th className={`${table.end} ${table.wide}`}>Scores</th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <tr key={one.metric}>
                <td className="mono">{one.metric}</td>
                <td className={table.end}>{one.mean === null ? '—' : one.mean.toFixed(2)}</td>
                <td>
                  {one.low === null || one.high === null ? (
                    <span className={classes.muted}>of one case none is known</span>
                  ) : (
                    <RateWhisker
                      of={`Metric ${one.metric}`}
                      rate={{ estimate: one.mean, low: one.low, high: one.high, n: one.n }}
                    />
                  )}
                </td>
                <td className={table.end}>{count(one.failed)}</td>
                <td className={`${table.end} ${table.wide}`}>{count(one.errored)}</td>
                <td className={`${table.end} ${table.wide}`}>
                  {count(one.n)} of {count(one.cases)} cases
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
