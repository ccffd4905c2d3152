import { nodeSha256 } from '@rehearse/adapters';
import { useSha256 } from '@rehearse/engine';
import { complain } from '../complain.js';
import { EXIT } from '../exit-codes.js';
import { loadGraphs, type LoadedGraph } from '../graphs/load-graphs.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { looksLikeSandbox } from './needs-sandbox.js';
import type { OpenBook } from './cassette-mode.js';
import { checkOutputs } from './check-outputs.js';
import { checkChaos } from './chaos-profile.js';
import { checkApprovals } from './human-nodes.js';
import { openLastRun, type LastRun } from './last-failed.js';
import { nextStep } from './next-step.js';
import { planOf, type Plan } from './plan.js';
import { withFollowUps } from './follow-up-tasks.js';
import { planTasks } from './plan-tasks.js';
import { openReports } from './report-output.js';
import { runAll } from './run-all.js';
import { checkFlags, separatePaths, type RunFlags } from './run-options.js';
import { script } from './script.js';

/** `rehearse run`: makes every run that is meant, tells of them in order, and answers the exit code. */
export async function runCommand(io: Io, paths: readonly string[], flags: RunFlags): Promise<number> {
  useSha256(nodeSha256);
  const { files, cases } = separatePaths(paths, flags.case);
  checkFlags(flags, files);
  io.beforeRuns?.();
  const once = () => runOnce(io, { files, cases, flags });
  if (!flags.watch) return once();
  return (await import('./watch.js')).watch(io, { files, flags, once });
}

interface Asked {
  files: readonly string[];
  cases: readonly string[];
  flags: RunFlags;
}

async function runOnce(io: Io, { files, cases, flags }: Asked): Promise<number> {
  const inputs = new Set<string>();
  const graphs = await loadGraphs(io, files, {
    onFile: (place) => inputs.add(place),
    // Of a folder's files it is known only now.
    onSource: (source) => void (looksLikeSandbox(source) && script.warmUp()),
  });
  checkOutputs(io, flags, inputs);
  mentionWarnings(io, graphs);
  checkChaos(graphs, flags.chaos);
  checkApprovals(graphs, flags.approve ?? []);
  const { repeat, seed, filter, chaos, withClean } = flags;
  const choice = {
    ...(cases.length > 0 && { cases }),
    ...defined({ repeat, seed, filter, chaos, withClean }),
  };
  const lastRun = await openLastRun(io);
  const plan = chosen(io, { plan: planOf(withFollowUps(planTasks(graphs, choice))), lastRun, flags });
  const reports = await openReports(io, flags, nextStep({ paths: files, flags }));
  let book: OpenBook | null = null;
  try {
    book = await bookFor(io, flags, graphs);
    const summary = await runAll(io, plan, { flags, book, lastRun, reporter: reports.reporter });
    const problems = [...reports.end(summary), ...(await problemOf(() => lastRun.save()))];
    // What the runs came to is not hidden by what could not be written.
    const codes = problems.map((problem) => complain(io, problem));
    return summary.exitCode || Math.max(EXIT.ok, ...codes);
  } finally {
    reports.discard();
    book?.close();
  }
}

async function problemOf(act: () => Promise<void>): Promise<unknown[]> {
  try {
    await act();
    return [];
  } catch (problem) {
    return [problem];
  }
}

/** What reads recordings is loaded only when there is one. */
async function bookFor(
  io: Io,
  { cassette: file, mode }: RunFlags,
  graphs: readonly LoadedGraph[],
): Promise<OpenBook | null> {
  if (file === undefined) return null;
  const { openBook } = await import('./cassette-mode.js');
  return openBook(io, { file, mode }, graphs);
}

interface Choosing {
  plan: Plan;
  lastRun: LastRun;
  flags: RunFlags;
}

function chosen(io: Io, { plan, lastRun, flags }: Choosing): Plan {
  if (!flags.lastFailed) return plan;
  const { plan: meant, said } = lastRun.choose(plan);
  io.stderr.write(`${paintFor(io.stderr, io)('cyan', '--last-failed')} ${said}\n`);
  return meant;
}

const defined = <T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;

/** In full by `validate`; here they must not drown the runs. */
function mentionWarnings(io: Io, graphs: readonly LoadedGraph[]): void {
  const paint = paintFor(io.stderr, io);
  for (const { file, warnings } of graphs)
    if (warnings.length > 0)
      io.stderr.write(
        `${paint('yellow', 'warning')} ${file}: ${count(warnings.length, 'warning')}; see \`rehearse validate ${file}\`\n`,
      );
}
