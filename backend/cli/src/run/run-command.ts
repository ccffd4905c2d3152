import { readIfThere, writeWhole } from '../files.js';
import { CassetteBook } from '../cassette/cassette-book.js';
import { readCassette } from '../cassette/read-cassette.js';
import { CliError } from '../cli-error.js';
import { loadGraphs, type LoadedGraph } from '../graphs/load-graphs.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { runByCassette } from './cassette-mode.js';
import { executeTask } from './execute-task.js';
import { inOrder } from './in-order.js';
import { nextStep } from './next-step.js';
import { planTasks } from './plan-tasks.js';
import { progressBar } from './progress.js';
import { openReport } from './report-output.js';
import { checkFlags, separatePaths, type RunFlags } from './run-options.js';
import type { RunResult } from './run-result.js';
import type { RunTask } from './run-task.js';
import { summarize } from './summary.js';

/** `rehearse run`: makes every run that is meant, tells of them in order, and answers the exit code. */
export async function runCommand(io: Io, paths: readonly string[], flags: RunFlags): Promise<number> {
  checkFlags(flags);
  const { files, cases } = separatePaths(paths, flags.case);
  const graphs = await loadGraphs(io, files);
  mentionWarnings(io, graphs);
  const { repeat, seed, filter } = flags;
  const tasks = planTasks(graphs, {
    ...(cases.length > 0 && { cases }),
    ...defined({ repeat, seed, filter }),
  });
  const book = await openBook(io, flags, graphs);
  const report = await openReport(io, flags, nextStep({ paths: files, flags }));
  const startedAt = performance.now();
  report.reporter.launch({ tasks, graphs: [...new Set(tasks.map(({ loaded }) => loaded))] });
  const results = await runAll(io, tasks, { flags, book, deliver: (result) => report.reporter.run(result) });
  const durationMs = Math.round(performance.now() - startedAt);
  const summary = summarize({ results, planned: tasks.length, durationMs });
  if (book?.hasChanged) await writeWhole(io, flags.cassette!, book.text());
  report.reporter.done(summary);
  await report.close();
  return summary.exitCode;
}

const defined = <T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;

interface Running {
  flags: RunFlags;
  book: CassetteBook | null;
  deliver(result: RunResult): void;
}

async function runAll(
  io: Io,
  tasks: readonly RunTask[],
  { flags, book, deliver }: Running,
): Promise<RunResult[]> {
  const results: RunResult[] = [];
  const progress = progressBar(io, tasks.length);
  const execute = (task: RunTask) =>
    executeTask(task, { offline: flags.offline ?? false, signal: io.signal });
  const around = book && { book, file: flags.cassette!, mode: flags.mode ?? 'auto', isCi: isCi(io), execute };
  await inOrder<RunTask, RunResult | null>({
    items: tasks,
    concurrency: flags.concurrency,
    async work(task) {
      if (io.signal?.aborted) return null;
      const result = await (around ? runByCassette(task, around) : execute(task));
      if (result) progress.add(result);
      return result;
    },
    deliver(result) {
      if (!result) return;
      results.push(result);
      progress.around(() => deliver(result));
    },
  });
  progress.end();
  return results;
}

const isCi = ({ env }: Io): boolean => !['', '0', 'false', undefined].includes(env['CI']?.toLowerCase());

async function openBook(
  io: Io,
  flags: RunFlags,
  graphs: readonly LoadedGraph[],
): Promise<CassetteBook | null> {
  const { cassette, mode } = flags;
  if (cassette === undefined) return null;
  checkNames(graphs);
  const text = await readIfThere(io, cassette);
  if (text !== null) return new CassetteBook(readCassette(text, cassette));
  if (mode !== 'replay') return new CassetteBook([]);
  throw new CliError({
    code: 'cli/no-such-file',
    message: `cannot read ${cassette}: there is no such file`,
    hint: 'Record it first: --mode record.',
  });
}

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

/** In full by `validate`; here they must not drown the runs. */
function mentionWarnings(io: Io, graphs: readonly LoadedGraph[]): void {
  const paint = paintFor(io.stderr, io);
  for (const { file, warnings } of graphs)
    if (warnings.length > 0)
      io.stderr.write(
        `${paint('yellow', 'warning')} ${file}: ${count(warnings.length, 'warning')}; see \`rehearse validate ${file}\`\n`,
      );
}
