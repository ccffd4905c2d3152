import { Button } from '@mantine/core';
import { IconArrowRight, IconChecks, IconRocket } from '@tabler/icons-react';
import type { RunSummary } from '@rehearse/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { graphsQuery } from '../features/graphs/index.js';
import { RunTable, runsQuery, useLiveRuns, type RunFilters } from '../features/runs/index.js';
import { EmptyState } from '../ui/EmptyState.js';
import { ErrorPanel } from '../ui/ErrorPanel.js';
import { plural } from '../ui/format.js';
import { Loading } from '../ui/Loading.js';
import { PageHeader } from '../ui/PageHeader.js';
import { Panel } from '../ui/Panel.js';
import { StatusBadge } from '../ui/StatusBadge.js';
import { VERDICTS } from '../ui/tones.js';
import classes from './HomePage.module.css';

const SHOWN = 6;
const ALL_RUNS = {};

export function HomePage() {
  useLiveRuns(ALL_RUNS);
  const wanting = useRuns({ status: 'waiting' }, { verdict: 'failed' }, { verdict: 'errored' });
  const live = useRuns({ status: 'running' }, { status: 'paused' }, { status: 'queued' });
  const recent = useInfiniteQuery(runsQuery({}, SHOWN));
  const graphs = useInfiniteQuery(graphsQuery());
  const error = recent.error ?? graphs.error;
  if (error && !recent.data) return <ErrorPanel error={error} onRetry={() => void recent.refetch()} />;
  if (recent.isPending || graphs.isPending) return <Loading lines={8} />;

  const recentRuns = recent.data?.pages[0]?.items ?? [];
  const graphItems = graphs.data?.pages.flatMap((page) => page.items) ?? [];
  if (graphItems.length === 0 && recentRuns.length === 0) return <Welcome />;
  return (
    <>
      <PageHeader title="Home" />
      <div className={classes.grid}>
        <Panel
          title="Needs attention"
          aside={
            <span className={classes.more}>
              <Link to="/runs" search={{ status: 'waiting' }}>
                All that wait
              </Link>
              <Link to="/runs" search={{ verdict: 'failed' }}>
                All failed runs
              </Link>
            </span>
          }
          flush
        >
          {wanting.length > 0 ? (
            <RunTable runs={wanting} label="Runs that need attention" />
          ) : (
            <EmptyState icon={IconChecks} title="Nothing to look at">
              Runs that wait for a decision, and failed and errored ones, turn up here.
            </EmptyState>
          )}
        </Panel>
        {live.length > 0 && (
          <Panel
            title="In progress"
            aside={
              <Link to="/runs" search={{ status: 'running' }}>
                All running
              </Link>
            }
            flush
          >
            <RunTable runs={live} label="Runs in progress" />
          </Panel>
        )}
        <Panel title="Recent runs" aside={<Link to="/runs">All runs</Link>} flush>
          <RunTable runs={recentRuns} label="Recent runs" />
        </Panel>
        <Panel title="Graphs" aside={<Link to="/graphs">All graphs</Link>} flush>
          <ul className={classes.graphs}>
            {graphItems.slice(0, 8).map((graph) => {
              const look =
                graph.runs.lastVerdict && VERDICTS[graph.runs.lastVerdict as keyof typeof VERDICTS];
              return (
                <li key={graph.name}>
                  <Link to="/graphs/$graph" params={{ graph: graph.name }} className={classes.graph}>
                    <span className={classes.name}>
                      {graph.name} <span className="mono">v{graph.version}</span>
                    </span>
                    <span className={classes.about}>
                      {plural(graph.nodeCount, 'node')}, {plural(graph.runs.total, 'run')}
                    </span>
                    {look && <StatusBadge look={look} />}
                  </Link>
                </li>
              );
            })}
          </ul>
        </Panel>
      </div>
    </>
  );
}

/** The newest runs of several filters: of the first filter first, as it asks the most of the reader. */
function useRuns(...filters: [RunFilters, RunFilters, RunFilters]): RunSummary[] {
  const newest = (one: RunFilters) => runsQuery(one, SHOWN);
  const [first, ...rest] = [
    useInfiniteQuery(newest(filters[0])),
    useInfiniteQuery(newest(filters[1])),
    useInfiniteQuery(newest(filters[2])),
  ].map(({ data }) => data?.pages[0]?.items ?? []);
  const others = rest.flat().toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  return [...(first ?? []), ...others].slice(0, SHOWN);
}

function Welcome() {
  return (
    <>
      <PageHeader title="Welcome" />
      <Panel>
        <EmptyState
          icon={IconRocket}
          title="Rehearse your first agent"
          command="rehearse run my-graph.yaml"
          action={
            <Button component={Link} to="/graphs/new" rightSection={<IconArrowRight size={15} />}>
              Upload a graph
            </Button>
          }
        >
          Describe in YAML what the agent must and must not do, run it on scripted answers without a key, and
          watch every step. Or start the server with <code>--demo</code> to look at a sample first.
        </EmptyState>
      </Panel>
    </>
  );
}
