import type { GraphNodeView, GraphView } from '@rehearse/contracts';
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
import { GraphOutline } from './outline/GraphOutline.js';
import { findNode, innermostAt, outermost, type OutlineNode } from './outline/outline-rows.js';
import { useOutline } from './outline/useOutline.js';
import { ViewSwitch, type GraphViewName } from './outline/ViewSwitch.js';
import { yamlQuery } from './queries.js';

const route = getRouteApi('/inside/graphs/$graph');

/** The canvas, or the outline, beside the YAML; `?node=` is selected in all, `?line=` in the YAML alone. */
export function GraphStructure({ graph }: { graph: GraphView }) {
  const { node, line, view = 'canvas' } = route.useSearch();
  const navigate = route.useNavigate();
  const yaml = useQuery(yamlQuery(graph.name, graph.version));
  const source = yaml.data ?? '';
  const outline = useOutline(source);
  const show = useCallback(
    (change: { node?: string | undefined; view?: GraphViewName }) =>
      void navigate({
        search: (search) => ({ ...search, line: undefined, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const select = useCallback((next: string | undefined) => show({ node: next }), [show]);
  const inner = findNode(outline, node);
  const outer = graph.nodes.find((candidate) => candidate.id === outermost(node));
  return (
    <div className={classes.split}>
      <Panel
        title="Structure"
        aside={
          <>
            <NodeFacts outer={outer} inner={inner} />
            <ViewSwitch view={view} onView={(next) => show({ view: next })} />
          </>
        }
        flush
        className={classes.pane}
      >
        {view === 'outline' ? (
          <GraphOutline nodes={outline} selected={node} onSelect={select} />
        ) : (
          <GraphCanvas nodes={graph.nodes} digest={graph.digest} selected={outer?.id} onSelect={select} />
        )}
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
            lines={linesToShow(source, { inner, outer, line })}
            onLine={(at) => select(innermostAt(outline, at)?.key ?? nodeAt(source, graph.nodes, at))}
            label="Graph, YAML, read-only"
          />
        )}
      </Panel>
    </div>
  );
}

interface Shown {
  inner: OutlineNode | undefined;
  outer: GraphNodeView | undefined;
  line: number | undefined;
}

function linesToShow(source: string, { inner, outer, line }: Shown) {
  if (inner) return { from: inner.line, to: inner.endLine };
  if (outer) return linesOf(source, outer);
  return line === undefined ? undefined : { from: line, to: line };
}

function NodeFacts({ outer, inner }: Pick<Shown, 'outer' | 'inner'>) {
  if (inner && inner.key !== outer?.id)
    return (
      <span className={classes.facts}>
        <code>{inner.key}</code> {inner.type}
      </span>
    );
  if (!outer) return <span>Select a node</span>;
  return (
    <span className={classes.facts}>
      <code>{outer.id}</code> {outer.type}
      {outer.when && (
        <>
          {' '}
          when <code>{outer.when}</code>
        </>
      )}
    </span>
  );
}
