import { systemClock } from '@rehearse/adapters';
import { executeRun, livePorts } from '@rehearse/engine';
import type { RunFlags } from './run-options.js';
import { failedResult, resultOf, type RunResult } from './run-result.js';
import { runIdOf, type RunTask } from './run-task.js';

interface Circumstances {
  flags: RunFlags;
  signal?: AbortSignal | undefined;
}

/** Makes a run in this process. Null when the person wants to stop. */
export async function executeTask(
  task: RunTask,
  { flags, signal }: Circumstances,
): Promise<RunResult | null> {
  const { loaded, caseId, repeat, seed, vars, chaos } = task;
  const { graph } = loaded;
  const { offline = false, live = false } = flags;
  try {
    const { events } = await executeRun({
      ...{ graph, runId: runIdOf(task), vars, seed, caseId, repeat, chaos, offline, live },
      caseAssertions: task.assertions,
      ports: livePorts({ graph, seed, offline, clock: systemClock }),
      ...(signal && { signal }),
    });
    return signal?.aborted ? null : resultOf(task, events, false);
  } catch (error) {
    if (signal?.aborted) return null;
    // One broken run must not take the others with it.
    return failedResult(task, {
      code: 'engine/crash',
      message: error instanceof Error ? error.message : String(error),
    });
  }
}
