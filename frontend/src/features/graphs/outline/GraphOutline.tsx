import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { NODE_ICONS, OTHER_NODE } from '../node-types.js';
import classes from './GraphOutline.module.css';
import { moveOf, rowsOf, type OutlineNode, type OutlineRow } from './outline-rows.js';

interface GraphOutlineProps {
  nodes: OutlineNode[];
  selected: string | undefined;
  onSelect: (key: string) => void;
}

const SKIPPED_KEYS = ['ctrlKey', 'metaKey', 'altKey'] as const;

/** The nodes of a graph as a tree, each under the one that contains it. */
export function GraphOutline({ nodes, selected, onSelect }: GraphOutlineProps) {
  const tree = useRef<HTMLDivElement>(null);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set<string>());
  const [visited, setVisited] = useState<string>();
  const rows = rowsOf(nodes, closed);
  const isShown = (key: string | undefined) => rows.some(({ node }) => node.key === key);
  // One row is in the order of Tab: where the reader was, else what is selected, else the first.
  const current = [visited, selected].find(isShown) ?? rows[0]?.node.key;
  const toggle = (key: string) =>
    setClosed(
      closed.has(key) ? new Set([...closed].filter((one) => one !== key)) : new Set([...closed, key]),
    );
  const press = (event: KeyboardEvent) => {
    if (current === undefined || SKIPPED_KEYS.some((name) => event[name])) return;
    const move = moveOf(rows, { from: current, pressed: event.key });
    if (move === null) return;
    event.preventDefault();
    event.stopPropagation();
    if ('select' in move) onSelect(move.select);
    else if ('to' in move)
      tree.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(move.to)}"]`)?.focus();
    else toggle('open' in move ? move.open : move.close);
  };
  const click = ({ target }: MouseEvent) => {
    const key = keyOf(target);
    if (key === undefined) return;
    if (target instanceof Element && target.closest('[data-toggles]')) toggle(key);
    else onSelect(key);
  };
  if (rows.length === 0) return <p className={classes.none}>No node is written yet.</p>;
  return (
    <div
      ref={tree}
      role="tree"
      tabIndex={-1}
      aria-label="Outline of the graph"
      className={classes.tree}
      onKeyDown={press}
      onClick={click}
      onFocus={({ target }) => setVisited(keyOf(target))}
    >
      {rows.map((row) => (
        <Row
          key={row.node.key}
          row={row}
          isCurrent={row.node.key === current}
          isSelected={row.node.key === selected}
        />
      ))}
    </div>
  );
}

/** The node whose row this is in. */
const keyOf = (target: EventTarget): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>('[data-key]')?.dataset['key'] : undefined;

interface RowProps {
  row: OutlineRow;
  isCurrent: boolean;
  isSelected: boolean;
}

function Row({ row, isCurrent, isSelected }: RowProps) {
  const { node, level, place, siblings, isOpen } = row;
  const holds = node.nodes.length > 0;
  const TypeIcon = NODE_ICONS[node.type] ?? OTHER_NODE;
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <div
      role="treeitem"
      data-key={node.key}
      tabIndex={isCurrent ? 0 : -1}
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-selected={isSelected}
      {...(holds && { 'aria-expanded': isOpen })}
      className={classes.row}
      style={{ paddingLeft: 8 + (level - 1) * 20 }}
    >
      <span aria-hidden className={classes.chevron} {...(holds && { 'data-toggles': '' })}>
        {holds && <Chevron size={15} />}
      </span>
      <TypeIcon size={16} stroke={1.8} aria-hidden className={classes.icon} />
      <span className={classes.id}>{node.id}</span>
      <span className={classes.type}>{node.type}</span>
    </div>
  );
}
