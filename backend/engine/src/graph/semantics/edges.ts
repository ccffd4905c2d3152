import type { Compilation } from './compilation.js';
import type { Reference } from './text.js';

/** By node, what it refers to: the edges into it, with the places that make them. */
export type Edges = ReadonlyMap<string, readonly Reference[]>;

/** Reports each knot of nodes that wait for each other, by its shortest cycle, at the reference that closes it. */
export function checkCycles(c: Compilation, edges: Edges): void {
  for (const knot of knots(edges)) {
    const cycle = cycleThrough(edges, knot[0]!, new Set(knot));
    const closing = edges.get(cycle.at(-1)!)!.find(({ node }) => node === cycle[0])!;
    const { path, start, end } = closing;
    c.findings.add({
      ...{ code: 'graph/cycle', path, start, end },
      message: `these nodes wait for each other: ${shown(cycle)}`,
      suggestion:
        cycle.length === 1
          ? 'a node cannot need itself; remove the reference'
          : 'remove one of the references; a `loop` node repeats',
    });
  }
}

/** The strongly connected components with a cycle in them, after Tarjan (1972), in file order. */
function knots(edges: Edges): string[][] {
  const order = [...edges.keys()];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const found: string[][] = [];
  const visit = (node: string): void => {
    low.set(node, index.size);
    index.set(node, index.size);
    stack.push(node);
    onStack.add(node);
    for (const { node: need } of edges.get(node) ?? []) {
      if (!index.has(need)) {
        visit(need);
        low.set(node, Math.min(low.get(node)!, low.get(need)!));
      } else if (onStack.has(need)) low.set(node, Math.min(low.get(node)!, index.get(need)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const component = stack.splice(stack.lastIndexOf(node));
    for (const member of component) onStack.delete(member);
    if (component.length > 1 || edges.get(node)?.some(({ node: need }) => need === node))
      found.push(component);
  };
  for (const node of order) if (!index.has(node)) visit(node);
  const place = new Map(order.map((node, at) => [node, at]));
  const first = (knot: string[]) => Math.min(...knot.map((node) => place.get(node)!));
  return found
    .toSorted((left, right) => first(left) - first(right))
    .map((knot) => knot.toSorted((a, b) => place.get(a)! - place.get(b)!));
}

/** The shortest way from a node along its needs back to it. */
function cycleThrough(edges: Edges, start: string, knot: ReadonlySet<string>): string[] {
  const from = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const { node: need } of edges.get(node) ?? []) {
      if (need === start) return trace(from, node);
      if (!knot.has(need) || from.has(need)) continue;
      from.set(need, node);
      queue.push(need);
    }
  }
  return [start];
}

const MOST_SHOWN = 12;

/** `a -> b -> a`; a long way is cut in its middle. */
function shown(cycle: readonly string[]): string {
  const middle = cycle.length > MOST_SHOWN ? [...cycle.slice(0, MOST_SHOWN - 2), '…', cycle.at(-1)!] : cycle;
  return [...middle, cycle[0]].join(' -> ');
}

function trace(from: ReadonlyMap<string, string>, end: string): string[] {
  const path = [end];
  for (let at = from.get(end); at !== undefined; at = from.get(at)) path.unshift(at);
  return path;
}
