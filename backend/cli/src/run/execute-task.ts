import { randomUUID } from 'node:crypto';
import { InvalidSettings, nodePorts, settingsOf, type CallSettings } from '@rehearse/adapters';
import type { JournalEvent } from '@rehearse/contracts';
import { executeRun, type Cancellation, type Ports } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { comparedWith } from './follow-up-tasks.js';
import { nodeOf } from './human-nodes.js';
import type { RunFlags } from './run-options.js';
import { failedResult, resultOf, type RunError, type RunResult } from './run-result.js';
import { runIdOf, type RunTask } from './run-task.js';
import { script } from './script.js';

interface Circumstances {
  flags: RunFlags;
  human: Ports['human'];
  settings: CallSettings;
  signal?: Cancellation | undefined;
  /** As {@link executeRun} has it. */
  beforeChecks?: () => Promise<void> | null;
  /** The run that this one follows, if it follows one. */
  source?: RunResult | null;
}

/** Whom the runs of a person may call, and with what. */
export function settingsFor(
  { env, cwd }: Io,
  { allowCommand = [] }: Pick<RunFlags, 'allowCommand'>,
): CallSettings {
  const settings = settingsIn(env, cwd);
  return { ...settings, commands: [...settings.commands, ...allowCommand] };
}

function settingsIn(env: Io['env'], cwd: string): CallSettings {
  try {
    return settingsOf(env, cwd);
  } catch (error) {
    if (!(error instanceof InvalidSettings)) throw error;
    throw new CliError({
      code: 'cli/invalid-setting',
      message: 'the environment has settings that cannot be:',
      details: error.problems.map((problem) => `  ${problem}\n`),
      hint: 'docs/configuration.md lists what each may be.',
    });
  }
}

/** Makes a run in this process. Null when the person wants to stop. */
export async function executeTask(
  task: RunTask,
  { flags, human, settings, signal, beforeChecks, source = null }: Circumstances,
): Promise<RunResult | null> {
  const { loaded, caseId, repeat, seed, vars, memory, chaos } = task;
  const { graph } = loaded;
  const { offline = false, live = false } = flags;
  const follows = comparedWith(task, source);
  if (task.follows && !follows)
    return failedResult(task, {
      code: 'run/no-source',
      message: 'the run that it follows did not come to its end',
    });
  try {
    const { events, finished } = await executeRun({
      ...{ graph, runId: runIdOf(task), vars, memory, seed, caseId, repeat, chaos, offline, live },
      caseAssertions: task.of.assertions,
      ...(follows && { follows }),
      // The id of a run is the same each time, and its side effects are to happen each time.
      ports: nodePorts({ graph, runId: randomUUID(), seed, offline, live, settings, human, script }),
      ...(signal && { signal }),
      ...(beforeChecks && { beforeChecks }),
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
