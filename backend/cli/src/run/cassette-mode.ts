import type { Divergence } from '@rehearse/contracts';
import { ENGINE_VERSION, jsonDiff, RUN_LANE, type Recording } from '@rehearse/engine';
import type { CassetteBook } from '../cassette/cassette-book.js';
import { replayRecording } from '../replay/replay-recording.js';
import type { Mode } from './run-options.js';
import { divergedResult, failedResult, resultOf, type RunResult } from './run-result.js';
import { headerOf, nameOfRun, type RunTask } from './run-task.js';

interface Around {
  book: CassetteBook;
  file: string;
  mode: Mode;
  /** Nothing is recorded in CI unless it is asked for: a missing recording was forgotten. */
  isCi: boolean;
  execute(task: RunTask): Promise<RunResult | null>;
}

/** Makes a run by the cassette: from its recording, or anew and recorded. */
export async function runByCassette(task: RunTask, around: Around): Promise<RunResult | null> {
  const { book, mode, isCi } = around;
  const recording = mode === 'record' ? undefined : book.find(task);
  if (recording) return replayTask(task, recording);
  if (mode === 'replay' || (mode === 'auto' && isCi)) return missing(task, around);
  const result = await around.execute(task);
  if (result && result.events.length > 0) book.put({ header: headerOf(task), events: [...result.events] });
  return result;
}

async function replayTask(task: RunTask, recording: Recording): Promise<RunResult> {
  const changed = changedVars(task, recording);
  if (changed) return divergedResult(task, changed);
  const { divergence, events } = await replayRecording(recording, task.loaded.graph);
  return divergence ? divergedResult(task, divergence) : resultOf(task, events, true);
}

/** A strict replay takes the vars of the recording; those of the case may have changed since. */
function changedVars({ vars, loaded }: RunTask, { header, events }: Recording): Divergence | null {
  const started = events[0];
  if (started?.type !== 'run.started') return null;
  const inputDiff = jsonDiff(started.data.vars, vars);
  if (inputDiff.length === 0) return null;
  const graph = { expected: header.graph.digest, actual: loaded.graph.digest };
  return {
    ...{ seq: started.seq, key: RUN_LANE, lane: RUN_LANE, kind: 'input_changed' },
    message: `the vars of the case are not those that were recorded: ${inputDiff.map((one) => one.pointer).join(', ')}`,
    ...{ expected: started.data.vars, actual: vars, inputDiff, firstSeenAt: null, before: [] },
    versions: { graph, engine: ENGINE_VERSION, prompt: { expected: null, actual: null } },
  };
}

function missing(task: RunTask, { file, mode, isCi }: Around): RunResult {
  const why = mode === 'auto' && isCi ? ', and nothing is recorded in CI' : '';
  const message = `${file} has no recording of ${nameOfRun(task.loaded.graph.name, task)}${why}`;
  return failedResult(task, { code: 'cassette/missing', message });
}
