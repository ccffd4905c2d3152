import { Button } from '@mantine/core';
import { IconArrowRight, IconChecks, IconRocket } from '@tabler/icons-react';
import type { RunSummary } from '@rehearse/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { graphsQuery } from '../features/graphs/index.js';
import { RunTable, runsQuery, useLiveRuns } from '../features/runs/index.js';
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
  const failed = useInfiniteQuery(runsQuery({ verdict: 'failed' }, SHOWN));
  const errored = useInfiniteQuery(runsQuery({ verdict: 'errored' }, SHOWN));
  const live = useInfiniteQuery(runsQuery({ status: 'running' }, SHOWN));
  const recent = useInfiniteQuery(runsQuery({}, SHOWN));
  const graphs = useInfiniteQuery(graphsQuery());
  const first = (query: typeof failed): RunSummary[] => query.data?.pages[0]?.items ?? [];
  const error = failed.error ?? errored.error ?? live.error ?? recent.error ?? graphs.error;
  if (error && !recent.data) return <ErrorPanel error={error} onRetry={() => void recent.refetch()} />;
  if (recent.isPending || graphs.isPending) return <Loading lines={8} />;

  const graphItems = graphs.data?.pages.flatMap((page) => page.items) ?? [];
  if (graphItems.length === 0 && first(recent).length === 0) return <Welcome />;
  const attention = [...first(failed), ...first(errored)]
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
    .slice(0, SHOWN);
  return (
    <>
      <PageHeader title="Home" />
      <div className={classes.grid}>
        <Panel
          title="Needs attention"
          aside={
            <Link to="/runs" search={{ verdict: 'failed' }}>
              All failed runs
            </Link>
          }
          flush
        >
          {attention.length > 0 ? (
            <RunTable runs={attention} label="Runs that need attention" />
          ) : (
            <EmptyState icon={IconChecks} title="Nothing failed">
              Failed and errored runs turn up here.
            </EmptyState>
          )}
        </Panel>
        {first(live).length > 0 && (
          <Panel
            title="Running now"
            aside={
              <Link to="/runs" search={{ status: 'running' }}>
                All
              </Link>
            }
            flush
          >
            <RunTable runs={first(live)} label="Runs in progress" />
          </Panel>
        )}
        <Panel title="Recent runs" aside={<Link to="/runs">All runs</Link>} flush>
          <RunTable runs={first(recent)} label="Recent runs" />
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
