import { setImmediate as breathe } from 'node:timers/promises';
import { loadCallsOf } from '@rehearse/adapters';
import type { Io } from '../io.js';
import type { Reporters } from '../report/reporter.js';
import { needsSandbox } from './needs-sandbox.js';
import { caseGatherer } from './case-outcome.js';
import type { OpenBook } from './cassette-mode.js';
import { executeTask, settingsFor } from './execute-task.js';
import { humanNodes } from './human-nodes.js';
import { inOrder } from './in-order.js';
import { interruptionBy } from './interruption.js';
import type { LastRun } from './last-failed.js';
import { peopleFor } from './people.js';
import type { Plan } from './plan.js';
import { progressBar, type Progress } from './progress.js';
import type { RunFlags } from './run-options.js';
import { reportOf, type RunReport } from './run-report.js';
import type { RunResult } from './run-result.js';
import { nameOfCase, type RunTask } from './run-task.js';
import { script } from './script.js';
import { nextTurn, spareTime } from './spare-time.js';
import { tally, type Stop, type Summary } from './summary.js';

interface Running {
  flags: RunFlags;
  book: OpenBook | null;
  lastRun: LastRun;
  reporter: Reporters;
}

interface Made {
  report: RunReport;
  /** For the cassette, where there is one. */
  recorded: RunResult | null;
}

type BeforeChecks = () => Promise<void> | null;

/** Timers and signals get their turn at least this often, also while models answer without a delay. */
const BREATH_MS = 20;

async function warmUpFor({ graphs }: Plan, { flags, book }: Running): Promise<void> {
  const needs = await Promise.all(graphs.map(({ graph }) => needsSandbox(graph)));
  if (needs.includes(true)) await script.warmUp();
  const mayCall = !flags.offline && (!book || flags.mode === 'record');
  if (mayCall) await Promise.all(graphs.map(({ graph }) => loadCallsOf(graph)));
}

/** Makes the runs of a plan. Each goes to the reporter, the cassette and the summary as it comes, and is not kept. */
export async function runAll(io: Io, plan: Plan, running: Running): Promise<Summary> {
  const { flags, book, reporter } = running;
  const people = peopleFor(io, flags.approve ?? []);
  // A question must not be written over.
  const isHidden = flags.quiet === true || humanNodes(plan.graphs).length > 0;
  const progress = progressBar(io, { total: plan.runs, isHidden });
  const telling = teller(running, progress);
  await warmUpFor(plan, running);
  const settings = settingsFor(io, flags);
  const interruption = interruptionBy(io.signal);
  const { signal } = interruption;
  const made = new WeakMap<RunTask, Promise<RunResult | null>>();
  const execute = async (task: RunTask, beforeChecks?: BeforeChecks): Promise<RunResult | null> => {
    const before = task.follows?.source;
    // A source that was not chosen, as by --last-failed, is made for its follow-up alone.
    const source = before ? await (made.get(before) ?? execute(before)) : null;
    return executeTask(task, {
      flags,
      settings,
      signal,
      source,
      human: people.humanOf(() => nameOfCase(task)),
      ...(beforeChecks && { beforeChecks }),
    });
  };
  const spare = spareTime();
  // While there is time to spare, the calls of the next run go out before this one is judged.
  const makeWay = (free: () => void) => (spare.hasAny() ? (free(), nextTurn()) : null);
  // Only where a follow-up asks: a weak map that has grown old holds its values until the old generation is collected.
  const isFollowed = ({ loaded }: RunTask) => loaded.graph.metamorphic.length > 0;
  let breathedAt = performance.now();
  const startedAt = breathedAt;
  reporter.launch(plan);
  await inOrder<RunTask, Made | null>({
    items: plan.tasks,
    concurrency: flags.concurrency,
    async work(task, free) {
      if (performance.now() - breathedAt > BREATH_MS) {
        await breathe();
        breathedAt = performance.now();
      }
      if (signal.aborted || telling.isOver()) return null;
      const make = (one: RunTask) => execute(one, () => makeWay(free));
      const making = book ? book.run(task, make) : make(task);
      if (isFollowed(task)) made.set(task, making);
      const result = await making;
      if (!result) return null;
      progress.add(result);
      // While it waits for those before it, no more is kept than what is told of it.
      return { report: reportOf(result), recorded: book && result };
    },
    deliver: telling.tell,
  }).finally(() => {
    interruption.end();
    people.close();
  });
  const durationMs = Math.round(performance.now() - startedAt);
  const summary = telling.end({ planned: plan.runs, durationMs });
  progress.end();
  return summary;
}

function teller({ flags, book, lastRun, reporter }: Running, progress: Progress) {
  const totals = tally();
  const allowed = flags.failFast ? 1 : (flags.maxFailures ?? Infinity);
  let [notPassed, stopped] = [0, null as Stop | null];
  const cases = caseGatherer({
    through(outcome) {
      totals.add(outcome);
      lastRun.note(outcome);
      progress.around(() => reporter.case(outcome));
      if (outcome.verdict !== 'passed' && ++notPassed >= allowed) stopped ??= 'failures';
    },
    leftOut: (task) => reporter.leftOut(task),
  });
  return {
    isOver: () => stopped === 'failures',
    /** What is still under way when enough have failed is not told: what is told does not hang on the concurrency. */
    tell(made: Made | null, task: RunTask) {
      if (!made || stopped === 'failures') {
        stopped ??= 'interrupted';
        return cases.miss(task);
      }
      const { report, recorded } = made;
      if (recorded) book?.add(recorded);
      reporter.run(report);
      cases.add(report);
    },
    end(ended: { planned: number; durationMs: number }): Summary {
      cases.end();
      return totals.summary({ ...ended, stopped });
    },
  };
}
