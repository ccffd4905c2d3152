import type { RunView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { GraphCanvas, graphQuery } from '../graphs/index.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Loading } from '../../ui/Loading.js';
import { Panel } from '../../ui/Panel.js';
import { insideOf, treeOf } from './step-tree.js';
import classes from './RunGraphTab.module.css';

const outermost = (node: string): string => node.split('/')[0] ?? node;

const route = getRouteApi('/inside/runs/$id');

/** The graph with what became of each node in this run. */
export function RunGraphTab({ run }: { run: RunView }) {
  const { node } = route.useSearch();
  const navigate = route.useNavigate();
  const graph = useQuery(graphQuery(run.graph, run.graphVersion));
  // Nodes inside of others may be called as nodes of the graph are.
  const { states, notes } = useMemo(() => {
    const tree = treeOf(run.steps);
    return {
      states: Object.fromEntries(tree.map(({ step }) => [step.key, step.status])),
      notes: Object.fromEntries(tree.map((branch) => [branch.step.key, insideOf(branch)])),
    };
  }, [run.steps]);
  const failed = useMemo(
    () =>
      new Set(
        run.assertions.flatMap((one) => (one.verdict === 'failed' && one.node ? [outermost(one.node)] : [])),
      ),
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
        notes={notes}
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
