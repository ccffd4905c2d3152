/** A node of a graph, with the nodes inside of it. */
export interface OutlineNode {
  /** `each/look`: with what it lies in. */
  key: string;
  id: string;
  type: string;
  line: number;
  endLine: number;
  nodes: OutlineNode[];
}

/** A line of the tree as it is shown. */
export interface OutlineRow {
  node: OutlineNode;
  level: number;
  place: number;
  siblings: number;
  isOpen: boolean;
}

/** The rows that are in sight: not those within a closed node. */
export function rowsOf(nodes: OutlineNode[], closed: ReadonlySet<string>, level = 1): OutlineRow[] {
  return nodes.flatMap((node, index) => {
    const isOpen = node.nodes.length > 0 && !closed.has(node.key);
    const row = { node, level, place: index + 1, siblings: nodes.length, isOpen };
    return isOpen ? [row, ...rowsOf(node.nodes, closed, level + 1)] : [row];
  });
}

/** What a key does in a tree: goes to a row, or opens, closes or selects the one where it is pressed. */
export type TreeMove = { to: string } | { open: string } | { close: string } | { select: string } | null;

export function moveOf(rows: OutlineRow[], { from, pressed }: { from: string; pressed: string }): TreeMove {
  const index = rows.findIndex(({ node }) => node.key === from);
  const row = rows[index];
  if (!row) return null;
  switch (pressed) {
    case 'ArrowDown':
      return goTo(rows[index + 1]);
    case 'ArrowUp':
      return goTo(rows[index - 1]);
    case 'Home':
      return goTo(rows[0]);
    case 'End':
      return goTo(rows.at(-1));
    case 'ArrowRight':
      if (row.node.nodes.length === 0) return null;
      return row.isOpen ? goTo(rows[index + 1]) : { open: from };
    case 'ArrowLeft':
      return row.isOpen ? { close: from } : goTo(rows.find(({ node }) => node.nodes.includes(row.node)));
    case 'Enter':
    case ' ':
      return { select: from };
    default:
      return pressed.length === 1 ? goTo(nextThatBegins(rows, { index, letter: pressed })) : null;
  }
}

const goTo = (row: OutlineRow | undefined): TreeMove => (row ? { to: row.node.key } : null);

function nextThatBegins(rows: OutlineRow[], { index, letter }: { index: number; letter: string }) {
  const around = [...rows.slice(index + 1), ...rows.slice(0, index)];
  return around.find(({ node }) => node.id.toLowerCase().startsWith(letter.toLowerCase()));
}

/** The node of this key, wherever it lies. */
export function findNode(nodes: OutlineNode[], key: string | undefined): OutlineNode | undefined {
  const around = nodes.find((node) => key === node.key || key?.startsWith(`${node.key}/`));
  return around && around.key !== key ? findNode(around.nodes, key) : around;
}

/** The innermost node whose lines hold this one. */
export function innermostAt(nodes: OutlineNode[], line: number): OutlineNode | undefined {
  const around = nodes.find((node) => node.line <= line && line <= node.endLine);
  return around && (innermostAt(around.nodes, line) ?? around);
}

/** The node of the graph itself that holds a node, as the canvas shows it. */
export const outermost = (key: string | undefined): string | undefined => key?.split('/')[0];
