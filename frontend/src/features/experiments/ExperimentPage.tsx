import type { ExperimentView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Facts } from '../../ui/Facts.js';
import { count, usd } from '../../ui/format.js';
import { Loading } from '../../ui/Loading.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { PageProblem } from '../../ui/PageProblem.js';
import { RelativeTime } from '../../ui/RelativeTime.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { STATUSES } from '../../ui/tones.js';
import { CaseMatrix } from './CaseMatrix.js';
import { ComparePicker } from './ComparePicker.js';
import { ComparisonStrip } from './ComparisonStrip.js';
import { ExperimentControls } from './ExperimentControls.js';
import { ExperimentNumbers } from './ExperimentNumbers.js';
import { PinBaseline } from './PinBaseline.js';
import { ReplayOutcome, ReplayRuns, useReplayRuns } from './ReplayRuns.js';
import { baselinesQuery, comparisonQuery, experimentQuery } from './queries.js';

const route = getRouteApi('/inside/experiments/$id');

export function ExperimentPage() {
  const { id } = route.useParams();
  const query = useQuery(experimentQuery(id));
  if (query.error && !query.data)
    return (
      <PageProblem
        what="experiment"
        crumbs={<Link to="/experiments">Experiments</Link>}
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    );
  if (!query.data) return <Loading lines={8} />;
  // What was asked of one experiment is not told of the next.
  return <ExperimentDetails key={id} experiment={query.data} />;
}

function ExperimentDetails({ experiment }: { experiment: ExperimentView }) {
  const { id } = experiment;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const replaying = useReplayRuns(id);
  // What it was made to be compared with is compared at once; `none` in the address takes that away.
  const asked = search.against ?? experiment.baseline ?? 'none';
  const against = asked === 'none' ? null : asked;
  const comparison = useQuery({
    ...comparisonQuery({ a: against ?? '', b: id }),
    enabled: against !== null,
  });
  const compareWith = (next: string | null) =>
    void navigate({
      search: (now) => ({
        ...now,
        against: next ?? (experiment.baseline === null ? undefined : 'none'),
        sort: undefined,
      }),
      replace: true,
      resetScroll: false,
    });
  const pins = useQuery(baselinesQuery(experiment.graph)).data?.items ?? [];
  const names = pins.filter((pin) => pin.experiment.id === id).map(({ name }) => name);
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
          <>
            <ComparePicker experiment={experiment} value={against} onChange={compareWith} />
            <PinBaseline experiment={experiment} />
            <ReplayRuns experiment={experiment} replaying={replaying} />
            <Link to="/runs" search={{ experiment: id }}>
              All its runs
            </Link>
          </>
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
            [
              'Tokens',
              `${count(experiment.usage.inputTokens)} in, ${count(experiment.usage.outputTokens)} out`,
            ],
            ...(names.length > 0 ? [['Pinned as', names.join(', ')] as [string, string]] : []),
            ['Kind', experiment.kind === 'import' ? 'imported recordings' : 'execution'],
          ]}
        />
      </PageHeader>
      <ExperimentControls experiment={experiment} />
      <ReplayOutcome replaying={replaying} />
      {comparison.error && against !== null && <ErrorPanel error={comparison.error} />}
      {comparison.data && against !== null && (
        <ComparisonStrip comparison={comparison.data} onClear={() => compareWith(null)} />
      )}
      <ExperimentNumbers experiment={experiment} />
      <CaseMatrix experiment={experiment} comparison={against === null ? undefined : comparison.data} />
    </>
  );
}
