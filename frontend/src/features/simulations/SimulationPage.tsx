import type { SimulationView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ExperimentControls, experimentQuery, RateWhisker } from '../experiments/index.js';
import { Facts } from '../../ui/Facts.js';
import { count, percent } from '../../ui/format.js';
import { Loading } from '../../ui/Loading.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { PageProblem } from '../../ui/PageProblem.js';
import { RelativeTime } from '../../ui/RelativeTime.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import { STATUSES } from '../../ui/tones.js';
import { Conversations } from './Conversations.js';
import { PersonaTable } from './PersonaTable.js';
import { simulationQuery } from './queries.js';

const route = getRouteApi('/inside/simulations/$id');

export function SimulationPage() {
  const { id } = route.useParams();
  const query = useQuery(simulationQuery(id));
  if (query.error && !query.data)
    return (
      <PageProblem
        what="simulation"
        crumbs={<Link to="/simulations">Simulations</Link>}
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    );
  if (!query.data) return <Loading lines={8} label="Loading the simulation" />;
  return <SimulationDetails simulation={query.data} />;
}

const AGENTS: Record<SimulationView['agent'], string> = {
  graph: 'of the graph',
  model: 'a model that was given',
  http: 'behind an address',
};

function SimulationDetails({ simulation }: { simulation: SimulationView }) {
  const { id, label, status, progress, passRate } = simulation;
  // A simulation is an experiment; it is controlled and compared as one.
  const experiment = useQuery(experimentQuery(id));
  return (
    <>
      <PageHeader
        title={label}
        heading={
          <>
            <StatusBadge look={STATUSES[status]} size="lg" />
            {label}
          </>
        }
        crumbs={<Link to="/simulations">Simulations</Link>}
        actions={
          <Link to="/experiments/$id" params={{ id }}>
            As an experiment
          </Link>
        }
      >
        <Facts
          items={[
            [
              'Agent',
              <span key="agent">
                <Link
                  to="/graphs/$graph"
                  params={{ graph: simulation.graph }}
                  search={{ version: simulation.graphVersion, node: simulation.node }}
                >
                  {simulation.node}
                </Link>{' '}
                {AGENTS[simulation.agent]}
              </span>,
            ],
            ['Conversations', `${count(progress.finished)} of ${count(progress.total)} ended`],
            ['At once', simulation.concurrency],
            ['Started', <RelativeTime key="at" at={simulation.createdAt} />],
            [`Pass rate ${percent(passRate.estimate)}`, <RateWhisker key="rate" rate={passRate} />],
          ]}
        />
      </PageHeader>
      {experiment.data && <ExperimentControls experiment={experiment.data} />}
      <PersonaTable simulation={simulation} />
      <Conversations simulation={simulation} />
    </>
  );
}
