import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CassetteHeader, Divergence, JournalEvent } from '@rehearse/contracts';
import {
  ENGINE_VERSION,
  jsonDiff,
  recordedGraph,
  redactionOf,
  RUN_LANE,
  type Recording,
} from '@rehearse/engine';
import { CassetteBook } from '../cassette/cassette-book.js';
import { digestsOf } from '../cassette/identity.js';
import { CliError } from '../cli-error.js';
import type { LoadedGraph } from '../graphs/load-graphs.js';
import type { Io } from '../io.js';
import { replayRecording } from '../replay/replay-recording.js';
import type { Mode } from './run-options.js';
import { divergedResult, failedResult, resultOf, type RunResult } from './run-result.js';
import { nameOfRun, runIdOf, type RunTask } from './run-task.js';

/** The cassette of a call, and how it is used. */
export interface OpenBook {
  /** Makes a run by the cassette: from its recording, or anew. */
  run(task: RunTask, execute: Execute): Promise<RunResult | null>;
  /** Records a run that was made. */
  add(result: RunResult): void;
  /** Also when the command ends early: what was recorded stays. */
  close(): void;
}

type Execute = (task: RunTask) => Promise<RunResult | null>;

export function openBook(
  io: Io,
  { file, mode = 'auto' }: { file: string; mode?: Mode | undefined },
  graphs: readonly LoadedGraph[],
): OpenBook {
  checkNames(graphs);
  const isThere = existsSync(path.resolve(io.cwd, file));
  if (!isThere && mode === 'replay')
    throw new CliError({
      code: 'cli/no-such-file',
      message: `cannot read ${file}: there is no such file`,
      hint: 'Record it first: --mode record.',
    });
  const book = new CassetteBook(io, file, { isThere });
  const shelf = { file, mode, isCi: isCi(io), find: (task: RunTask) => book.find(task) };
  return {
    // What is made anew is recorded.
    run: (task, execute) => runByCassette(task, { shelf, execute: (one) => (book.own(), execute(one)) }),
    add({ task, events, isReplayed }) {
      // A run that waits has no end that a replay could come to.
      if (!isReplayed && events.at(-1)?.type === 'run.finished')
        book.add({ header: headerOf(task, events), events: [...events] });
    },
    close: () => book.close(),
  };
}

const headerOf = (task: RunTask, events: readonly JournalEvent[]): CassetteHeader => ({
  rehearse: 'cassette/v1',
  runId: runIdOf(task),
  graph: recordedGraph(task.loaded.graph),
  ...(task.matrix && { matrix: task.matrix }),
  caseId: task.caseId,
  repeat: task.repeat,
  seed: task.seed,
  ...redactionOf(events),
});

const isCi = ({ env }: Io): boolean => !['', '0', 'false', undefined].includes(env['CI']?.toLowerCase());

/** Recordings are known by the name of their graph. */
function checkNames(graphs: readonly LoadedGraph[]): void {
  const files = new Map<string, string>();
  for (const { file, graph } of graphs) {
    const other = files.get(graph.name);
    files.set(graph.name, file);
    if (other === undefined) continue;
    throw new CliError({
      code: 'cli/same-name',
      message: `${other} and ${file} are both called ${graph.name}, so their recordings cannot be told apart`,
      hint: 'Rename one, or give each a cassette of its own.',
    });
  }
}

interface Shelf {
  find(task: RunTask): Recording | undefined;
  file: string;
  mode: Mode;
  /** Nothing is recorded in CI unless it is asked for: a missing recording was forgotten. */
  isCi: boolean;
}

async function runByCassette(
  task: RunTask,
  { shelf, execute }: { shelf: Shelf; execute: Execute },
): Promise<RunResult | null> {
  const { mode, isCi } = shelf;
  const recording = mode === 'record' ? undefined : shelf.find(task);
  // What breaks off is missing: there is nothing that a run could be held against.
  const breaksOff = recording !== undefined && digestsOf(recording) === null;
  if (recording && !breaksOff) return replayTask(task, recording);
  return mode === 'replay' || (mode === 'auto' && isCi)
    ? missing(task, shelf, breaksOff ? ' but one that breaks off before its end' : '')
    : execute(task);
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

function missing(task: RunTask, { file, mode, isCi }: Shelf, but: string): RunResult {
  const why = mode === 'auto' && isCi ? ', and nothing is recorded in CI' : '';
  const message = `${file} has no recording of ${nameOfRun(task.loaded.graph.name, task)}${but}${why}`;
  return failedResult(task, { code: 'cassette/missing', message });
}
