import type { AgentNode, LlmNode, Node } from '@rehearse/contracts';
import type {
  Check,
  CompiledModelNode,
  CompiledNode,
  CompiledRoute,
  CompiledSwitchNode,
  CompiledTool,
  CompiledToolNode,
  CompiledTransformNode,
} from '../model.js';
import { compileAssertions } from './assertions.js';
import type { Compilation } from './compilation.js';
import { promptParts } from './prompt.js';
import { MODEL_ATTEMPTS, retryPolicy, timeoutOf, TOOL_ATTEMPTS } from './retry.js';
import { conditionAt, expressionAt, templateValueAt, type Reference } from './text.js';

/** What nodes refer to. */
export interface Surroundings {
  routes: ReadonlyMap<string, CompiledRoute>;
  tools: ReadonlyMap<string, CompiledTool>;
}

/** A node and the edges into it; `node` is undefined when it cannot run, which is reported. */
export interface NodeResult {
  node?: CompiledNode;
  references: Reference[];
}

type Common = Omit<CompiledNode, 'type' | 'spec'> & { references: Reference[] };

const MAX_TURNS = 10;

/** Compiles one node of the graph. */
export function compileNode(
  c: Compilation,
  { id, index, around }: { id: string; index: number; around: Surroundings },
): NodeResult {
  const spec = c.document.nodes![id]!;
  const { references, ...common } = commonParts(c, { id, index, spec });
  const scoped: Scoped = { c, id, references, around };
  const own = ownParts(scoped, spec);
  return own ? { node: { ...common, ...own }, references } : { references };
}

interface Scoped {
  c: Compilation;
  id: string;
  references: Reference[];
  around: Surroundings;
}

/** In `node` scope every reference is an edge. */
const edges = (references: Reference[]) => ({
  scope: 'node' as const,
  onReference: (reference: Reference) => references.push(reference),
});

function commonParts(c: Compilation, { id, index, spec }: { id: string; index: number; spec: Node }): Common {
  const references: Reference[] = [];
  for (const [at, need] of (spec.needs ?? []).entries()) {
    const place = c.located.place(spec.needs!, at);
    const spot = { path: place.path, start: place.start, end: place.end };
    if (c.checkName('nodes', need, spot)) references.push({ node: need, ...spot });
  }
  const when = spec.when === undefined ? undefined : conditionAt(c, [spec, 'when'], edges(references));
  const place = c.located.place(c.document.nodes!, id);
  return {
    ...{ id, index, needs: [], references },
    join: spec.join ?? 'all',
    ...(when && { when }),
    onError: spec.onError ?? 'stop',
    requires: checks(c, spec.requires, edges(references)),
    ensures: checks(c, spec.ensures, { scope: 'check' }),
    assertions: compileAssertions(c, spec.assert, `${id}.assert`),
    range: c.findings.lines.range(place.key?.start ?? place.start, place.end),
  };
}

function checks(
  c: Compilation,
  sources: readonly string[] | undefined,
  options: Parameters<typeof expressionAt>[2],
): Check[] {
  return (sources ?? []).flatMap((source, index) => {
    const expression = conditionAt(c, [sources!, index], options);
    return expression ? [{ source, expression }] : [];
  });
}

type Own<T> = T extends unknown ? Omit<T, keyof Common> : never;

function ownParts(scoped: Scoped, spec: Node): Own<CompiledNode> | undefined {
  switch (spec.type) {
    case 'llm':
    case 'agent':
      return modelParts(scoped, spec);
    case 'tool':
      return toolParts(scoped, spec);
    case 'transform': {
      const value = expressionAt(scoped.c, [spec, 'value'], edges(scoped.references));
      return value && ({ type: 'transform', spec, value } satisfies Own<CompiledTransformNode>);
    }
    case 'switch':
      return switchParts(scoped, spec);
    case 'assert':
      return assertParts(scoped, spec);
    default: {
      const message = `nodes of type ${spec.type} do not run yet`;
      const code = 'graph/not-yet-supported';
      return void scoped.c.report(spec, 'type', {
        code,
        message,
        suggestion: 'use llm, agent, tool, transform, switch or assert',
      });
    }
  }
}

function modelParts(scoped: Scoped, spec: LlmNode | AgentNode): Own<CompiledModelNode> | undefined {
  const { c, id, references } = scoped;
  if (spec.type === 'agent') refuseDrivers(c, spec);
  const route = routeOf(scoped, spec);
  const prompt = promptParts(c, { id, spec, options: edges(references) });
  const schema = c.schema(spec, 'output');
  const tools = spec.type === 'agent' ? toolsOf(scoped, spec) : [];
  if (!route || !prompt) return undefined;
  return {
    ...{ type: spec.type, spec, route, prompt, tools },
    ...(schema && { output: { schema, json: spec.output! } }),
    repair: spec.repair ?? 1,
    maxTurns: spec.type === 'agent' ? (spec.maxTurns ?? MAX_TURNS) : 1,
    retry: retryPolicy(MODEL_ATTEMPTS, route.spec.retry, spec.retry),
    timeoutMs: timeoutOf(spec.timeout, route.spec.timeout),
  };
}

function refuseDrivers(c: Compilation, spec: AgentNode): void {
  if (spec.driver && spec.driver !== 'builtin')
    c.refuse(spec, 'driver', `the driver ${spec.driver} does not run yet`, 'use `driver: builtin`');
  for (const key of ['agent', 'scopes', 'http', 'command'] as const) {
    if (spec[key] !== undefined)
      c.refuse(spec, key, `\`${key}\` of an agent does not run yet`, `remove \`${key}\``);
  }
}

/** The route that a node names; without a name, the only one. */
function routeOf({ c, id, around }: Scoped, spec: LlmNode | AgentNode): CompiledRoute | undefined {
  if (spec.provider !== undefined) {
    if (!c.checkName('providers', spec.provider, c.located.place(spec, 'provider'))) return undefined;
    c.used.providers.add(spec.provider);
    return around.routes.get(spec.provider);
  }
  const names = [...c.names.providers];
  if (names.length === 1) {
    c.used.providers.add(names[0]!);
    return around.routes.get(names[0]!);
  }
  if (c.isDamaged(['nodes', id])) return undefined;
  const message =
    names.length === 0
      ? `the node ${id} has no route to a model`
      : `the node ${id} must say which route it takes`;
  const suggestion =
    names.length === 0
      ? 'declare one under `providers`'
      : `add \`provider\`: ${names.slice(0, 8).join(', ')}`;
  return void c.reportKey(c.document.nodes!, id, { code: 'graph/missing-key', message, suggestion });
}

function toolsOf({ c, around }: Scoped, spec: AgentNode): CompiledTool[] {
  return (spec.tools ?? []).flatMap((name, index) => {
    if (spec.tools!.indexOf(name) !== index) {
      const told = {
        code: 'graph/duplicate-id',
        message: `the tool ${name} is listed twice`,
        suggestion: 'remove one of the two',
      };
      c.report(spec.tools!, index, told);
      return [];
    }
    if (!c.checkName('tools', name, c.located.place(spec.tools!, index))) return [];
    c.used.tools.add(name);
    const tool = around.tools.get(name);
    return tool ? [tool] : [];
  });
}

function toolParts(
  { c, references, around }: Scoped,
  spec: Extract<Node, { type: 'tool' }>,
): Own<CompiledToolNode> | undefined {
  const isKnown = c.checkName('tools', spec.tool, c.located.place(spec, 'tool'));
  if (isKnown) c.used.tools.add(spec.tool);
  // Without arguments the tool gets an empty mapping.
  const args = templateValueAt(c, spec.args ? [spec, 'args'] : [{ args: {} }, 'args'], edges(references));
  const tool = around.tools.get(spec.tool);
  if (!tool || !args) return undefined;
  return {
    ...{ type: 'tool', spec, tool, args },
    retry: retryPolicy(TOOL_ATTEMPTS, tool.spec.retry, spec.retry),
    timeoutMs: timeoutOf(spec.timeout, tool.spec.timeout),
  };
}

function switchParts(
  { c, references }: Scoped,
  spec: Extract<Node, { type: 'switch' }>,
): Own<CompiledSwitchNode> {
  const seen = new Set<string>();
  const cases = spec.cases.flatMap((entry) => {
    if (seen.has(entry.name)) {
      const message = `the case \`${entry.name}\` stands twice in this switch`;
      c.report(entry, 'name', { code: 'graph/duplicate-id', message, suggestion: 'rename one of the two' });
    }
    seen.add(entry.name);
    const when = conditionAt(c, [entry, 'when'], edges(references));
    return when ? [{ name: entry.name, when }] : [];
  });
  return { type: 'switch', spec, cases, ...(spec.default !== undefined && { fallback: spec.default }) };
}

function assertParts(
  { c, id }: Scoped,
  spec: Extract<Node, { type: 'assert' }>,
): Own<Extract<CompiledNode, { type: 'assert' }>> {
  const checksNothing = !spec.assert?.length && !spec.ensures?.length && !spec.requires?.length;
  if (checksNothing && !c.isDamaged(['nodes', id])) {
    const message = `the node ${id} checks nothing`;
    c.reportKey(c.document.nodes!, id, { code: 'graph/missing-key', message, suggestion: 'add `assert`' });
  }
  return { type: 'assert', spec };
}
