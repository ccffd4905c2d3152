import { LIMITS, type Node } from '@rehearse/contracts';
import { bodyOf } from '../body.js';
import { RUN_LANE, VERDICT_LANE } from '../../journal/digest.js';
import type { Compilation } from './compilation.js';
import { checkCycles, type Edges } from './edges.js';
import { handoffEdges } from './handoffs.js';
import { compileNode } from './nodes.js';
import type { BodyResult, Surroundings } from './scoped.js';
import type { Reference } from './text.js';

type Nodes = Readonly<Record<string, Node>>;

type Around = Omit<Surroundings, 'body'>;

/** Compiles nodes that run together: `holder` is what holds them under `nodes`. */
export function compileBody(c: Compilation, holder: object, outer: Around): BodyResult {
  const around = {
    ...outer,
    body: (inner: Compilation, inside: object) => compileBody(inner, inside, outer),
  };
  const container = (holder as { nodes?: Nodes }).nodes ?? {};
  const ids = Object.keys(container);
  if (!checkCount(c, holder, ids.length)) return { ...bodyOf([]), outside: [] };
  if (holder === c.document) refuseLanes(c, container);
  const own = ids.filter((id) => !c.talkers.has(id));
  const results = own.map((id, index) => ({ id, ...compileNode(c, { container, id, index }, around) }));
  for (const { id, references } of results) references.push(...handoffEdges(c, container, id));
  const isOwn = ({ node }: Reference) => Object.hasOwn(container, node);
  const edges: Edges = new Map(results.map(({ id, references }) => [id, references.filter(isOwn)]));
  checkCycles(c, edges);
  const order = new Map(own.map((id, index) => [id, index]));
  const nodes = results.flatMap(({ node, references }) =>
    node ? [{ ...node, needs: needsOf(references, order) }] : [],
  );
  const outside = results.flatMap(({ references }) => references).filter((reference) => !isOwn(reference));
  return { ...bodyOf(nodes), outside };
}

/** A node at the top is a lane of the journal, which has two for itself. */
function refuseLanes(c: Compilation, container: Nodes): void {
  for (const id of [RUN_LANE, VERDICT_LANE]) {
    if (!Object.hasOwn(container, id)) continue;
    const message = `a node cannot be called \`${id}\`: the journal of a run has this name for itself`;
    c.reportKey(container, id, { code: 'graph/reserved-name', message, suggestion: 'rename the node' });
  }
}

function checkCount(c: Compilation, holder: object, count: number): boolean {
  if (!(holder as { nodes?: Nodes }).nodes) return false;
  if (count > 0 && count <= LIMITS.nodes) return true;
  if (count === 0 && c.isDamaged([...c.located.pathOf(holder), 'nodes'])) return false;
  const what = holder === c.document ? 'a graph' : 'a body';
  const message =
    count === 0
      ? `${what} has at least one node`
      : `${what} has at most ${LIMITS.nodes} nodes, this one has ${count}`;
  const suggestion = count === 0 ? 'add a node' : 'split the graph';
  c.reportKey(holder, 'nodes', { code: 'graph/bad-value', message, suggestion });
  return false;
}

/** The edges into a node, each once, in file order. */
const needsOf = (references: readonly Reference[], order: ReadonlyMap<string, number>): string[] =>
  [...new Set(references.map(({ node }) => node))]
    .filter((node) => order.has(node))
    .toSorted((left, right) => order.get(left)! - order.get(right)!);
