import type { RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { GraphCanvas, graphQuery } from '../graphs/index.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Loading } from '../../ui/Loading.js';
import { Panel } from '../../ui/Panel.js';
import classes from './RunGraphTab.module.css';

const route = getRouteApi('/inside/runs/$id');

/** The graph with what became of each node in this run. */
export function RunGraphTab({ run }: { run: RunView }) {
  const { node } = route.useSearch();
  const navigate = route.useNavigate();
  const graph = useQuery(graphQuery(run.graph, run.graphVersion));
  const states = useMemo(
    () => Object.fromEntries(run.steps.map((step) => [step.node, step.status])),
    [run.steps],
  );
  const failed = useMemo(
    () => new Set(run.assertions.flatMap((one) => (one.verdict === 'failed' && one.node ? [one.node] : []))),
    [run.assertions],
  );
  if (graph.error) return <ErrorPanel error={graph.error} onRetry={() => void graph.refetch()} />;
  if (!graph.data) return <Loading lines={6} />;
  const aside = node ? (
    <Link to="/runs/$id" params={{ id: run.id }} search={{ tab: 'steps', node }}>
      Open step {node}
    </Link>
  ) : (
    'Select a node'
  );
  return (
    <Panel title={`${run.graph} v${run.graphVersion}`} aside={aside} flush className={classes.panel}>
      <GraphCanvas
        nodes={graph.data.nodes}
        digest={graph.data.digest}
        selected={node}
        states={states}
        failed={failed}
        onSelect={(next) =>
          void navigate({
            search: (search) => ({ ...search, tab: 'graph', node: next }),
            replace: true,
            resetScroll: false,
          })
        }
      />
    </Panel>
  );
}
