import type { JournalTarget } from '@rehearse/contracts';
import {
  graphAt,
  livePorts,
  nodeAt,
  targetsOf,
  type Clock,
  type CompiledGraph,
  type ModelOutcome,
  type ModelPlace,
  type ModelRequest,
  type Ports,
  type ToolOutcome,
  type ToolPlace,
  type ToolRequest,
} from '@rehearse/engine';
import type * as Providers from './providers/index.js';
import { endpointOf, type LiveTarget } from './providers/endpoint.js';
import { priceFor } from './providers/prices.js';
import { Latencies, rank } from './providers/ranking.js';
import { SecretUse } from './secrets.js';
import type { CallSettings } from './settings.js';
import { systemClock } from './system-clock.js';

export interface NodePortsOptions {
  graph: CompiledGraph;
  /** What calls with a side effect are told apart by; the same when a run goes on after a crash. */
  runId: string;
  seed: number;
  /** Whose breakers count the calls; one person's process has one. */
  tenant?: string;
  /** Nothing leaves this process: mocks answer, and what has none fails. */
  offline?: boolean;
  /** Tools that have a mock make their call all the same. */
  live?: boolean;
  settings: CallSettings;
  clock?: Clock;
  /** Who decides; nobody by default. */
  human?: Ports['human'];
  /** Where programs of assertions run; none by default. */
  script?: Ports['script'];
}

const latencies = new Latencies();

/** Loaded when it is needed; an `import` of what is loaded already is looked up again each time. */
let loading: Promise<typeof Providers> | undefined;
const providers = () => (loading ??= import('./providers/index.js'));

/** Loads what the models of a graph are called with, which would else count as time that the first of them took. */
export async function loadCallsOf(graph: CompiledGraph): Promise<void> {
  if (targetsOf(graph).some(isLive)) await providers();
}

/** The ports of a run in this process: the mocks of its graph, and calls to the outside where it means them. */
export function nodePorts(options: NodePortsOptions): Ports {
  const { graph, seed, offline = false, settings, clock = systemClock, human, script } = options;
  const { tenant = '' } = options;
  const mocks = livePorts({
    graph,
    seed,
    clock,
    offline,
    ...(human && { human }),
    ...(script && { script }),
  });
  return {
    ...mocks,
    model: {
      unavailable: (target, place) =>
        target.provider === 'mock' ? mocks.model.unavailable(target, place) : unavailable(target, options),
      rank: (targets, strategy) => rank(targets, strategy, { latencies, prices: settings.prices }),
      price: (model) => priceFor(model, settings.prices),
      defaults: settings.defaults,
      call(request, place) {
        const { target } = request;
        return target.provider === 'mock'
          ? mocks.model.call(request, place)
          : callModel(target, { request, place, options });
      },
    },
    tool: {
      call: (request, place) => {
        const tool = graphAt(graph, place.key).tools.get(request.tool);
        const hasMock = tool?.mock !== undefined;
        return tool?.http && (!hasMock || (options.live === true && !offline))
          ? callTool(request, place, options)
          : mocks.tool.call(request, place);
      },
    },
    embed: {
      async call(request, place) {
        const { target } = request;
        if (!isLive(target)) return mocks.embed.call(request, place);
        const { callEmbedding } = await providers();
        return callEmbedding(target, request, { place, settings, tenant });
      },
    },
  };
}

const isLive = (target: JournalTarget): target is LiveTarget =>
  target.provider !== 'mock' && target.provider !== 'http' && target.provider !== 'command';

/** An agent that is no model has no target to fall back to: why it cannot be called is better told by the call. */
function unavailable(target: JournalTarget, { offline, settings }: NodePortsOptions): string | null {
  if (!isLive(target)) return null;
  if (offline) return 'offline';
  return endpointOf(target, settings, new SecretUse(settings.secrets)) ? null : 'not_configured';
}

interface Asked {
  request: ModelRequest;
  place: ModelPlace;
  options: NodePortsOptions;
}

async function callModel(
  target: Exclude<JournalTarget, { provider: 'mock' }>,
  { request, place, options: { graph, offline, settings, tenant = '' } }: Asked,
): Promise<ModelOutcome> {
  if (offline) return offlineAgent();
  if (target.provider === 'command') {
    const { callCommand } = await import('./drivers/command-driver.js');
    return callCommand(target.command, request, { place, settings });
  }
  if (target.provider === 'http') {
    const { callHttpAgent } = await import('./drivers/http-driver.js');
    const node = nodeAt(graph, place.key);
    const driver = node?.type === 'agent' ? node.driver : undefined;
    if (driver?.kind !== 'http') throw new Error(`the agent at ${place.key} has no http`);
    return callHttpAgent(driver, request, { place, settings });
  }
  const { callModel: callProvider } = await providers();
  const startedAt = performance.now();
  const outcome = await callProvider(target, request, { place, settings, tenant });
  if (outcome.ok) latencies.add(target, performance.now() - startedAt);
  return outcome;
}

const offlineAgent = (): ModelOutcome => ({
  ok: false,
  error: {
    code: 'agent/offline',
    message: 'the agent is not asked: the run is offline',
    category: 'policy',
  },
  retryable: false,
});

async function callTool(
  { tool: name, args }: ToolRequest,
  place: ToolPlace,
  { graph, runId, offline, settings }: NodePortsOptions,
): Promise<ToolOutcome> {
  if (offline) {
    const message = `tools.${name} is not called: the run is offline, and it has no \`mock\``;
    return { ok: false, error: { code: 'tool/offline', message, category: 'validation' } };
  }
  const { http, spec } = graphAt(graph, place.key).tools.get(name)!;
  const bindings = { args, inputs: place.vars, vars: place.vars, run: place.run };
  const { callHttpTool } = await import('./tools/http-tool.js');
  return callHttpTool({
    ...{ http: http!, bindings, place, settings },
    ...(spec.sideEffect && { idempotency: { runId } }),
  });
}
