import type { GraphView } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { CopyButton } from '../../ui/CopyButton.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Loading } from '../../ui/Loading.js';
import { Panel } from '../../ui/Panel.js';
import classes from './GraphStructure.module.css';
import { GraphCanvas } from './LazyGraphCanvas.js';
import { YamlEditor } from './LazyYamlEditor.js';
import { linesOf, nodeAt } from './node-lines.js';
import { yamlQuery } from './queries.js';

const route = getRouteApi('/inside/graphs/$graph');

/** The canvas beside the YAML; `?node=` is selected in both, `?line=` in the YAML alone. */
export function GraphStructure({ graph }: { graph: GraphView }) {
  const { node, line } = route.useSearch();
  const navigate = route.useNavigate();
  const yaml = useQuery(yamlQuery(graph.name, graph.version));
  const select = useCallback(
    (next: string | undefined) =>
      void navigate({
        search: (search) => ({ ...search, node: next, line: undefined }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const view = graph.nodes.find((candidate) => candidate.id === node);
  const source = yaml.data ?? '';
  const lines = view ? linesOf(source, view) : line !== undefined ? { from: line, to: line } : undefined;
  return (
    <div className={classes.split}>
      <Panel title="Canvas" aside={<NodeFacts view={view} />} flush className={classes.pane}>
        <GraphCanvas nodes={graph.nodes} digest={graph.digest} selected={node} onSelect={select} />
      </Panel>
      <Panel
        title="YAML"
        aside={<CopyButton value={source} label="Copy the YAML" />}
        flush
        className={classes.pane}
      >
        {yaml.error && <ErrorPanel error={yaml.error} onRetry={() => void yaml.refetch()} />}
        {yaml.data === undefined ? (
          <Loading lines={12} />
        ) : (
          <YamlEditor
            value={source}
            diagnostics={graph.diagnostics}
            lines={lines}
            onLine={(line) => select(nodeAt(source, graph.nodes, line))}
            label="Graph, YAML, read-only"
          />
        )}
      </Panel>
    </div>
  );
}

function NodeFacts({ view }: { view: GraphView['nodes'][number] | undefined }) {
  if (!view) return <span>Select a node</span>;
  return (
    <span className={classes.facts}>
      <code>{view.id}</code> {view.type}
      {view.when && (
        <>
          {' '}
          when <code>{view.when}</code>
        </>
      )}
    </span>
  );
}
