import type { JournalEvent, JsonObject } from '@rehearse/contracts';
import {
  executeRun,
  foldRun,
  livePorts,
  namedContracts,
  nodeTypesOf,
  replayStrict,
  type CompiledGraph,
  type ExecuteRunRequest,
  type Ports,
  type RunFold,
} from '@rehearse/engine';
import { virtualClock } from './virtual-clock.js';

/** A route `main` to a mock script of the same name. */
export const ROUTE = 'providers: {main: {targets: [{provider: mock, script: main}]}}\n';

export interface Ran {
  graph: CompiledGraph;
  events: JournalEvent[];
  view: RunFold;
  finished: boolean;
}

/** Runs a graph on its mocks. */
export async function runGraph(
  graph: CompiledGraph,
  more: Partial<ExecuteRunRequest> & { human?: Ports['human']; vars?: JsonObject } = {},
): Promise<Ran> {
  const { human, seed = 1, ...request } = more;
  const ports = livePorts({ graph, seed, clock: virtualClock(), ...(human && { human }) });
  const { events, finished } = await executeRun({ graph, runId: 'r', vars: {}, seed, ports, ...request });
  return { graph, events, finished, view: foldRun(events, namedContracts(graph), nodeTypesOf(graph)) };
}

/** Whether a strict replay is identical, else where it diverges. */
export async function replayed({ graph, events }: Pick<Ran, 'graph' | 'events'>): Promise<string> {
  const { identical, divergence } = await replayStrict({ graph, events });
  return identical ? 'identical' : `${divergence!.kind} at ${divergence!.key}: ${divergence!.message}`;
}

/** A journal as a text tree: what a reader of a test wants to see of it. */
export const outline = (events: readonly JournalEvent[]): string =>
  events.map(({ key, type, attempt }) => `${key} ${type}${attempt > 1 ? ` (${attempt})` : ''}`).join('\n');
