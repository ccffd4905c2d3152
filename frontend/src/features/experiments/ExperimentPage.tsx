import type { ExperimentView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Facts } from '../../ui/Facts.js';
import { count, percent, usd } from '../../ui/format.js';
import { Loading } from '../../ui/Loading.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Panel } from '../../ui/Panel.js';
import { RelativeTime } from '../../ui/RelativeTime.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { STATUSES } from '../../ui/tones.js';
import { CaseMatrix } from './CaseMatrix.js';
import { ExperimentControls } from './ExperimentControls.js';
import classes from './ExperimentPage.module.css';
import { experimentQuery } from './queries.js';
import { RateWhisker } from './RateWhisker.js';

const route = getRouteApi('/inside/experiments/$id');

export function ExperimentPage() {
  const { id } = route.useParams();
  const query = useQuery(experimentQuery(id));
  if (query.error && !query.data)
    return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading lines={8} />;
  const experiment = query.data;
  return (
    <>
      <PageHeader
        title={experiment.label}
        heading={
          <>
            <StatusBadge look={STATUSES[experiment.status]} size="lg" />
            {experiment.label}
          </>
        }
        crumbs={<Link to="/experiments">Experiments</Link>}
        actions={
          <Link to="/runs" search={{ experiment: id }}>
            All its runs
          </Link>
        }
      >
        <Facts
          items={[
            [
              'Graph',
              <Link
                key="graph"
                to="/graphs/$graph"
                params={{ graph: experiment.graph }}
                search={{ version: experiment.graphVersion }}
              >
                {experiment.graph} v{experiment.graphVersion}
              </Link>,
            ],
            ['Started', <RelativeTime key="at" at={experiment.createdAt} />],
            ['Cost', usd(experiment.costUsd)],
            ['Tokens', count(experiment.usage.totalTokens)],
            ['Kind', experiment.kind === 'import' ? 'imported recordings' : 'execution'],
          ]}
        />
      </PageHeader>
      <ExperimentControls experiment={experiment} />
      <div className={classes.numbers}>
        <PassRate experiment={experiment} />
        <PassHat values={experiment.passHatK} />
        <Progress experiment={experiment} />
      </div>
      <CaseMatrix experiment={experiment} />
    </>
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
