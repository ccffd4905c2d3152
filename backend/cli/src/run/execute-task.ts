import { scriptPort, systemClock } from '@rehearse/adapters';
import type { JournalEvent } from '@rehearse/contracts';
import { executeRun, livePorts, type Ports } from '@rehearse/engine';
import { nodeOf } from './human-nodes.js';
import type { RunFlags } from './run-options.js';
import { failedResult, resultOf, type RunError, type RunResult } from './run-result.js';
import { runIdOf, type RunTask } from './run-task.js';

interface Circumstances {
  flags: RunFlags;
  human: Ports['human'];
  signal?: AbortSignal | undefined;
}

/** Who runs a graph here may run what is in it. */
const script = scriptPort({ allowsJavaScript: true });

/** Makes a run in this process. Null when the person wants to stop. */
export async function executeTask(
  task: RunTask,
  { flags, human, signal }: Circumstances,
): Promise<RunResult | null> {
  const { loaded, caseId, repeat, seed, vars, chaos } = task;
  const { graph } = loaded;
  const { offline = false, live = false } = flags;
  try {
    const { events, finished } = await executeRun({
      ...{ graph, runId: runIdOf(task), vars, seed, caseId, repeat, chaos, offline, live },
      caseAssertions: task.assertions,
      ports: livePorts({ graph, seed, offline, clock: systemClock, human, script }),
      ...(signal && { signal }),
    });
    if (signal?.aborted) return null;
    const result = resultOf(task, events, false);
    return finished ? result : { ...result, error: waitingError(events) ?? result.error! };
  } catch (error) {
    if (signal?.aborted) return null;
    // One broken run must not take the others with it.
    return failedResult(task, {
      code: 'engine/crash',
      message: error instanceof Error ? error.message : String(error),
    });
  }
}

/** A run that nobody here could decide for. */
function waitingError(events: readonly JournalEvent[]): RunError | null {
  const decided = new Set(events.filter(({ type }) => type === 'human.decided').map(({ key }) => key));
  const asked = events.find(({ type, key }) => type === 'human.requested' && !decided.has(key));
  if (!asked) return null;
  const message = `it waits for a person at ${asked.key}; decide with --approve ${asked.key}=approve, or run it on a terminal`;
  return { code: 'run/waiting', message, node: nodeOf(asked.key) };
}
