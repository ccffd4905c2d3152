import { systemClock } from '@rehearse/adapters';
import { executeRun, livePorts } from '@rehearse/engine';
import { failedResult, resultOf, type RunResult } from './run-result.js';
import { runIdOf, type RunTask } from './run-task.js';

interface Circumstances {
  offline: boolean;
  signal?: AbortSignal | undefined;
}

/** Makes a run in this process. Null when the person wants to stop. */
export async function executeTask(
  task: RunTask,
  { offline, signal }: Circumstances,
): Promise<RunResult | null> {
  const { loaded, caseId, repeat, seed, vars } = task;
  const { graph } = loaded;
  try {
    const { events } = await executeRun({
      ...{ graph, runId: runIdOf(task), vars, seed, caseId, repeat, offline },
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
