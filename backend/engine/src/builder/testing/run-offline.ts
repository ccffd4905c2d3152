import type { GenerateAnswer, JournalEvent, RunVerdict } from '@rehearse/contracts';
import { clockOf, executeRun } from '../../execute/index.js';
import { compileGraph, type CompiledGraph, type CompileOptions } from '../../graph/index.js';
import { livePorts } from '../../mock/live-ports.js';

/** Time that stands still: what is due at once comes, and no timeout ever does. */
const clock = clockOf({
  now: () => 0,
  setTimer(callback, durationMs) {
    if (durationMs <= 0) void Promise.resolve().then(callback);
    return () => {};
  },
});

/** Runs the first case of a graph on its mocks. Throws with all findings when the graph has errors. */
export async function runOffline(
  yaml: string,
  options: CompileOptions = {},
): Promise<{ graph: CompiledGraph; events: JournalEvent[]; verdict: RunVerdict | undefined }> {
  const compiled = compileGraph(yaml, options);
  if (!compiled.ok) throw new Error(`${JSON.stringify(compiled.diagnostics, null, 1)}\n${yaml}`);
  const { graph } = compiled;
  const [first] = graph.cases;
  const seed = first?.seed ?? 1;
  const ports = livePorts({ graph, seed, clock, offline: true });
  const place = { runId: 'r', vars: first?.vars ?? {}, seed, caseId: first?.id ?? null };
  const { events } = await executeRun({ graph, ports, offline: true, ...place });
  const end = events.at(-1);
  return { graph, events, verdict: end?.type === 'run.finished' ? end.data.verdict : undefined };
}

/** What is wrong with what the builder made, a line for each error. */
export const errorsOf = ({ diagnostics }: GenerateAnswer): string[] =>
  diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(
      ({ code, path, message, suggestion }) =>
        `${code} ${path}: ${message}${suggestion ? ` (${suggestion})` : ''}`,
    );
