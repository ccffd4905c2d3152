import '@xyflow/react/dist/base.css';
import type { GraphNodeView, StepStatus } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import {
  Background,
  BaseEdge,
  Controls,
  Handle,
  MarkerType,
  Position,
  ReactFlow,
  type Edge,
  type EdgeProps,
  type Node,
  type NodeProps,
} from '@xyflow/react';
import { memo, useMemo } from 'react';
import { clsx } from '../../ui/clsx.js';
import { ErrorPanel } from '../../ui/ErrorPanel.js';
import { Loading } from '../../ui/Loading.js';
import { STEP_STATUSES } from '../../ui/tones.js';
import classes from './GraphCanvas.module.css';
import { edgeName, NODE_HEIGHT, NODE_WIDTH, type Layout, type Point } from './layout.js';
import { layoutOf } from './layout-client.js';
import { NODE_ICONS, OTHER_NODE } from './node-types.js';

export interface GraphCanvasProps {
  nodes: GraphNodeView[];
  /** Of the content: graphs of the same digest are laid out once. */
  digest: string;
  selected?: string | undefined;
  onSelect?: (node: string | undefined) => void;
  states?: Record<string, StepStatus> | undefined;
  /** What is said of a node beside its type. */
  notes?: Record<string, string> | undefined;
  /** Nodes with a failed check. */
  failed?: ReadonlySet<string> | undefined;
}

type Card = Node<
  { view: GraphNodeView; state: StepStatus | undefined; note: string | undefined; isFailed: boolean },
  'card'
>;

const CardNode = memo(function CardNode({ data, selected }: NodeProps<Card>) {
  const TypeIcon = NODE_ICONS[data.view.type] ?? OTHER_NODE;
  const look = data.state && STEP_STATUSES[data.state];
  const StateIcon = look?.icon;
  return (
    <div
      className={clsx(
        classes.card,
        selected && classes.selected,
        look && classes[look.tone],
        data.isFailed && classes.bad,
      )}
    >
      <Handle type="target" position={Position.Top} className={classes.handle} isConnectable={false} />
      <span className={classes.icon} aria-hidden>
        <TypeIcon size={16} stroke={1.8} />
      </span>
      <span className={classes.names}>
        <span className={classes.id} title={data.view.id}>
          {data.view.id}
        </span>
        <span className={classes.type}>
          {data.view.type}
          {data.view.when && ' · when'}
          {data.note && ` · ${data.note}`}
        </span>
      </span>
      {StateIcon && (
        <span className={classes.state} title={data.isFailed ? 'A check failed' : look.word}>
          <StateIcon size={15} stroke={2.2} aria-hidden />
        </span>
      )}
      <Handle type="source" position={Position.Bottom} className={classes.handle} isConnectable={false} />
    </div>
  );
});

type Route = Edge<{ bends: Point[] }, 'route'>;

/** A smooth line over the bends, which the layout has led around the nodes. */
const RouteEdge = memo(function RouteEdge({
  data,
  markerEnd,
  sourceX,
  sourceY,
  targetX,
  targetY,
}: EdgeProps<Route>) {
  const inner = data?.bends ?? [];
  const path = smooth([{ x: sourceX, y: sourceY }, ...inner, { x: targetX, y: targetY }]);
  return <BaseEdge path={path} {...(markerEnd && { markerEnd })} />;
});

/** From bend to bend in curves that leave and arrive straight down. */
function smooth([first, ...rest]: Point[]): string {
  if (!first) return '';
  const steps = rest.map((to, index) => {
    const from = rest[index - 1] ?? first;
    const middle = (from.y + to.y) / 2;
    return `C ${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`;
  });
  return `M ${first.x} ${first.y} ${steps.join(' ')}`;
}

const NODE_TYPES = { card: CardNode };
const EDGE_TYPES = { route: RouteEdge };
const ARROW = { type: MarkerType.ArrowClosed, width: 16, height: 16, color: 'var(--line-strong)' };

function needsOf(nodes: GraphNodeView[]): [from: string, to: string][] {
  const known = new Set(nodes.map((node) => node.id));
  return nodes.flatMap((node) =>
    node.needs.filter((need) => known.has(need)).map((need): [string, string] => [need, node.id]),
  );
}

function routesOf(nodes: GraphNodeView[], bends: Layout['bends']): Route[] {
  return needsOf(nodes).map(([source, target]) => {
    const id = edgeName(source, target);
    return {
      id,
      source,
      target,
      type: 'route',
      data: { bends: bends[id] ?? [] },
      markerEnd: ARROW,
      focusable: false,
    };
  });
}

function cardsOf(props: GraphCanvasProps, places: Layout['places']): Card[] {
  return props.nodes.map((view) => {
    const state = props.states?.[view.id];
    const note = props.notes?.[view.id];
    const isFailed = props.failed?.has(view.id) ?? false;
    const condition = view.when ? `, when ${view.when}` : '';
    const word = state ? `, ${STEP_STATUSES[state].word.toLowerCase()}` : '';
    return {
      id: view.id,
      type: 'card',
      position: places[view.id] ?? { x: 0, y: 0 },
      data: { view, state, note, isFailed },
      selected: view.id === props.selected,
      draggable: false,
      connectable: false,
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      ariaLabel: `${view.id}, ${view.type}${note ? `, ${note}` : ''}${word}${isFailed ? ', a check failed' : ''}${condition}`,
    };
  });
}

/** The nodes of a graph and their order, to look at and to pick from. */
export function GraphCanvas(props: GraphCanvasProps) {
  const { nodes, digest, onSelect } = props;
  const layout = useQuery({
    queryKey: ['layout', digest],
    queryFn: () => layoutOf({ key: digest, nodes: nodes.map((node) => node.id), edges: needsOf(nodes) }),
    staleTime: Infinity,
  });
  const { states, notes, failed, selected } = props;
  const cards = useMemo(
    () =>
      layout.data ? cardsOf({ nodes, digest, states, notes, failed, selected }, layout.data.places) : [],
    [nodes, digest, states, notes, failed, selected, layout.data],
  );
  const edges = useMemo(() => (layout.data ? routesOf(nodes, layout.data.bends) : []), [nodes, layout.data]);
  if (layout.error) return <ErrorPanel error={layout.error} onRetry={() => void layout.refetch()} />;
  if (!layout.data) return <Loading label="Placing the nodes" />;
  return (
    <div className={classes.canvas}>
      <ReactFlow
        key={digest}
        aria-label="Graph"
        nodes={cards}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodeClick={(_, node) => onSelect?.(node.id)}
        onPaneClick={() => onSelect?.(undefined)}
        onNodesChange={(changes) => {
          // Keyboard selection (Enter on a focused node) arrives as a change.
          const picked = changes.find((change) => change.type === 'select' && change.selected);
          if (picked && 'id' in picked && picked.id !== selected) onSelect?.(picked.id);
        }}
        nodesConnectable={false}
        nodesDraggable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        multiSelectionKeyCode={null}
        selectionKeyCode={null}
        zoomOnScroll={false}
        preventScrolling={false}
        // As far as it takes to see a graph of some hundred nodes in a row.
        minZoom={0.02}
        maxZoom={1.6}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: 0.12 }}
        onlyRenderVisibleElements={nodes.length > 100}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={20} size={1} color="var(--line)" />
        <Controls showInteractive={false} position="bottom-right" />
      </ReactFlow>
    </div>
  );
}
