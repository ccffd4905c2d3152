import type { Node } from '@rehearse/contracts';
import type {
  CompiledForEachNode,
  CompiledGraph,
  CompiledGraphNode,
  CompiledLoopNode,
  CompiledNode,
} from '../model.js';
import { variablesOf } from '../../expression/index.js';
import { describe } from '../../expression/value.js';
import type { Compilation } from './compilation.js';
import { edges, type Own, type Scoped } from './scoped.js';
import { conditionAt, expressionAt, templateValueAt } from './text.js';

type Spec<T extends Node['type']> = Extract<Node, { type: T }>;

const CONCURRENCY = 10;
const MAX_ITERATIONS = 10;
/** Graphs within graphs; more is a mistake. */
const MAX_DEPTH = 16;

/** A body for each item of a list. */
export function forEachParts(scoped: Scoped, spec: Spec<'forEach'>): Own<CompiledNode> | undefined {
  const { c, references } = scoped;
  const as = spec.as ?? 'item';
  if (RESERVED.has(as)) {
    const message = `an item cannot be called \`${as}\`: expressions have this name for something else`;
    c.report(spec, 'as', { code: 'graph/reserved-name', message, suggestion: 'choose another name' });
  }
  const over = listAt(c, spec, references);
  const body = bodyIn(scoped, spec, { [as]: 'dyn', index: 'number' });
  if (!over || !body) return undefined;
  const concurrency = spec.concurrency ?? CONCURRENCY;
  return { type: 'forEach', spec, over, as, concurrency, body } satisfies Own<CompiledForEachNode>;
}

/** What the expressions of a body have already, or cannot have for a name. */
const RESERVED: ReadonlySet<string> = new Set([
  ...Object.keys(variablesOf('check')),
  ...['index', 'true', 'false', 'null', 'in'],
]);

/** Undefined, and reported, where it can never give a list. */
function listAt(c: Compilation, spec: Spec<'forEach'>, references: Scoped['references']) {
  const over = expressionAt(c, [spec, 'over'], edges(references));
  if (!over || ['list', 'dyn', 'optional'].includes(over.type)) return over;
  const message = `\`over\` takes a list, and this is ${describe(over.type)}`;
  const suggestion = 'write a list, as in [1, 2] or inputs.items';
  return void c.report(spec, 'over', { code: 'expression/type', message, suggestion });
}

/** A body until a condition holds, which sees the nodes of the body. */
export function loopParts(scoped: Scoped, spec: Spec<'loop'>): Own<CompiledNode> | undefined {
  const locals = { iteration: 'number', previous: 'dyn' } as const;
  const inside = insideOf(scoped, spec, locals);
  const until = inside && conditionAt(inside, [spec, 'until'], outwards(scoped, spec));
  const body = bodyIn(scoped, spec, locals);
  if (!until || !body) return undefined;
  const maxIterations = spec.maxIterations ?? MAX_ITERATIONS;
  return { type: 'loop', spec, until, maxIterations, body } satisfies Own<CompiledLoopNode>;
}

type Holder = { nodes: Record<string, Node> };
type Locals = Parameters<Compilation['within']>[0]['locals'];

const insideOf = ({ c }: Scoped, spec: object, locals: Locals): Compilation =>
  c.within({ nodes: (spec as Holder).nodes, locals });

/** A reference to a node outside is an edge into this node; one to a node of the body is none. */
const outwards = ({ references }: Scoped, spec: object) => ({
  scope: 'node' as const,
  onReference: (reference: Scoped['references'][number]) => {
    if (!Object.hasOwn((spec as Holder).nodes, reference.node)) references.push(reference);
  },
});

function bodyIn(scoped: Scoped, spec: object, locals: Locals) {
  const { c, around, references } = scoped;
  refuseShadows(c, spec as Holder);
  const { outside, ...body } = around.body(insideOf(scoped, spec, locals), spec);
  references.push(...outside);
  return body.nodes.length > 0 ? body : undefined;
}

/** Two nodes of one name, one inside of a node and one outside: an expression could mean either. */
function refuseShadows(c: Compilation, { nodes }: Holder): void {
  for (const id of Object.keys(nodes)) {
    if (!c.names.nodes.has(id)) continue;
    const message = `there is a node \`${id}\` outside as well`;
    c.reportKey(nodes, id, { code: 'graph/duplicate-id', message, suggestion: 'rename one of the two' });
  }
}

/** Another graph, with vars of its own. */
export function graphParts(scoped: Scoped, spec: Spec<'graph'>): Own<CompiledNode> | undefined {
  const { c, references } = scoped;
  const vars = templateValueAt(c, spec.vars ? [spec, 'vars'] : [{ vars: {} }, 'vars'], edges(references));
  const body = subGraph(scoped, spec.graph, spec);
  return vars && body && ({ type: 'graph', spec, vars, body } satisfies Own<CompiledGraphNode>);
}

/** The graph that is meant, or why there is none. */
function graphOf({ options }: Compilation, reference: string) {
  const found = options.graphs?.(reference);
  if (found?.ok) return found;
  const { message = `there is no graph \`${reference}\``, isAmbiguous } = found ?? {};
  return isAmbiguous
    ? {
        ok: false as const,
        code: 'graph/ambiguous-name',
        message,
        suggestion: 'rename one of them, or give its path',
      }
    : {
        ok: false as const,
        code: 'graph/unknown-graph',
        message,
        suggestion: 'name a graph that is there: name@version',
      };
}

function subGraph({ c, around }: Scoped, reference: string, spec: object): CompiledGraph | undefined {
  const refuse = (code: string, message: string, suggestion: string) =>
    void c.report(spec, 'graph', { code, message, suggestion });
  const { source } = c.findings.lines;
  const within = [...(c.options.within ?? []), { name: c.document.name ?? '', source }];
  const refuseItself = () => {
    const way = [...within.map(({ name }) => name), reference].join(' -> ');
    return refuse('graph/cycle', `${way}: a graph cannot contain itself`, 'remove the reference');
  };
  if (within.some(({ name }) => name === reference.split('@')[0])) return refuseItself();
  const found = graphOf(c, reference);
  if (!found.ok) return refuse(found.code, found.message, found.suggestion);
  // A path says nothing of the name.
  if (within.some((one) => one.source === found.source.replace(/^\uFEFF/, ''))) return refuseItself();
  if (within.length > MAX_DEPTH)
    return refuse('graph/cycle', `graphs stand within graphs more than ${MAX_DEPTH} deep`, 'flatten them');
  const compiled = around.graph(found.source, { ...c.options, ...found, within });
  if (!compiled.ok) {
    const first = compiled.diagnostics.find(({ severity }) => severity === 'error');
    const message = `the graph \`${reference}\` has errors: ${first?.message} (line ${first?.line})`;
    return refuse('graph/invalid-graph', message, 'mend that graph first');
  }
  if (Object.keys(compiled.graph.budget).length > 0) {
    const message = `the budget of \`${reference}\` does not count here: that of this graph holds for what is within it`;
    c.report(spec, 'graph', {
      ...{ code: 'graph/unused', message, severity: 'warning' },
      suggestion: 'set `budget` in this graph',
    });
  }
  return compiled.graph;
}
