import type { AgentNode, LlmNode } from '@rehearse/contracts';
import type { CompiledModelNode, CompiledRoute, CompiledTool } from '../model.js';
import { compileDriver, driverRoute, isBuiltin } from './drivers.js';
import { memoryTool } from '../built-in-tools.js';
import { handersOf, handoffTools } from './handoffs.js';
import { promptParts } from './prompt.js';
import { saidRetry, saidTimeout } from './retry.js';
import { edges, type Own, type Scoped } from './scoped.js';

const MAX_TURNS = 10;

export function modelParts(
  scoped: Scoped,
  spec: LlmNode | AgentNode,
  mayBeSilent = false,
): Own<CompiledModelNode> | undefined {
  const { c, id, container, references } = scoped;
  const driver = spec.type === 'agent' ? compileDriver(c, spec) : undefined;
  const route = isBuiltin(spec) ? routeOf(scoped, spec) : driver && driverRoute(id, driver);
  const prompt = promptParts(c, {
    at: [container, id],
    spec,
    options: edges(references),
    mayBeSilent: mayBeSilent || handersOf(container, id).length > 0,
  });
  const schema = c.schema(spec, 'output');
  const tools = spec.type === 'agent' ? [...toolsOf(scoped, spec), ...handoffTools(scoped, spec)] : [];
  const handedBy = handersOf(container, id);
  if (!route || !prompt) return undefined;
  return {
    ...{ type: spec.type, spec, route, prompt, tools, handedBy },
    params: { ...route.spec.params, ...spec.params },
    ...(driver && { driver }),
    ...(schema && { output: { schema, json: spec.output! } }),
    repair: spec.repair ?? 1,
    maxTurns: spec.type === 'agent' ? (spec.maxTurns ?? MAX_TURNS) : 1,
    retry: saidRetry(route.spec.retry, spec.retry),
    timeoutMs: saidTimeout(spec.timeout, route.spec.timeout),
  };
}

/** The route that a node names; without a name, the only one. */
export function routeOf(
  { c, id, container, around }: Scoped,
  spec: { provider?: string | undefined },
): CompiledRoute | undefined {
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
  if (c.isDamaged(c.located.pathOf(container, id))) return undefined;
  const message =
    names.length === 0
      ? `the node ${id} has no route to a model`
      : `the node ${id} must say which route it takes`;
  const suggestion =
    names.length === 0
      ? 'declare one under `providers`'
      : `add \`provider\`: ${names.slice(0, 8).join(', ')}`;
  return void c.reportKey(container, id, { code: 'graph/missing-key', message, suggestion });
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
    const memory = c.names.tools.has(name) ? undefined : memoryTool(name);
    if (memory) return [memory];
    if (!c.checkName('tools', name, c.located.place(spec.tools!, index))) return [];
    c.used.tools.add(name);
    const tool = around.tools.get(name);
    return tool ? [tool] : [];
  });
}
