import path from 'node:path';
import { readIfThere, shownPath, writeWhole } from '../files.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import type { CaseOutcome } from './case-outcome.js';
import { onlyOf, planOf, type Plan } from './plan.js';
import type { RunTask } from './run-task.js';

const FORMAT = 'last-run/v1';

/** What did not pass when it last ran, by file, graph, case and cell of the matrix, so that a change of the graph does not lose it. */
export interface LastRun {
  /** Those of the plan that did not pass the last time; all of it when there is none, and why. What is not there any more is named. */
  choose(plan: Plan): { plan: Plan; said: string };
  note(outcome: CaseOutcome): void;
  /** A case that did not run anew stays as it was. */
  save(): Promise<void>;
}

/** The record lies in REHEARSE_HOME. It is begun by the first case that does not pass. */
export async function openLastRun(io: Io): Promise<LastRun> {
  const file = path.join(io.env['REHEARSE_HOME'] || '.rehearse', 'last-run.json');
  const before = parsed(await readIfThere(io, file));
  const now = new Set(before);
  const identityOf = identities(io);
  return {
    choose(plan) {
      const { plan: chosen, said } = choose(plan, (task) => before?.has(identityOf(task)) ?? false);
      const gone = goneFrom(io, { plan, known: before ?? new Set() });
      for (const identity of gone.keys()) now.delete(identity);
      if (gone.size === 0) return { plan: chosen, said };
      const names = [...new Set(gone.values())].join(', ');
      return { plan: chosen, said: `${said}; not there any more: ${names}` };
    },
    note({ verdict, runs }) {
      const identity = identityOf(runs[0].task);
      if (verdict === 'passed') now.delete(identity);
      else now.add(identity);
    },
    async save() {
      if (before === null ? now.size === 0 : isSame(before, now)) return;
      const cases = [...now].map((identity) => JSON.parse(identity) as unknown);
      await writeWhole(io, file, `${JSON.stringify({ rehearse: FORMAT, notPassed: cases })}\n`);
    },
  };
}

function choose(plan: Plan, hasFailed: (task: RunTask) => boolean): { plan: Plan; said: string } {
  const chosen = planOf(onlyOf(plan.tasks, hasFailed));
  if (chosen.cases > 0)
    return {
      plan: chosen,
      said: `${count(chosen.cases, 'case')} of ${plan.cases} did not pass the last time`,
    };
  return { plan, said: `no case is known that did not pass the last time, so all ${plan.cases} run` };
}

/** Cases that did not pass and have another name by now, or none, by what they are known as: they are forgotten. */
function goneFrom(
  io: Io,
  { plan: { graphs }, known }: { plan: Plan; known: ReadonlySet<string> },
): ReadonlyMap<string, string> {
  const graphAt = new Map(
    graphs.map(({ file, graph }) => [JSON.stringify([shownPath(io, file), graph.name]), graph]),
  );
  const gone = new Map<string, string>();
  for (const identity of known) {
    const [file, name, caseId] = JSON.parse(identity) as [unknown, unknown, unknown];
    const graph = graphAt.get(JSON.stringify([file, name]));
    // A follow-up goes by the name of its case.
    if (!graph || typeof caseId !== 'string' || graph.cases.find(caseId.split('~')[0]!)) continue;
    gone.set(identity, caseId);
  }
  return gone;
}

function identities(io: Io): (task: RunTask) => string {
  const shown = new Map([['-', '-']]);
  return ({ loaded: { file, graph }, caseId, matrix }) => {
    if (!shown.has(file)) shown.set(file, shownPath(io, file));
    return JSON.stringify([shown.get(file), graph.name, caseId, ...(matrix ? [matrix] : [])]);
  };
}

const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((one) => b.has(one));

/** A record that cannot be read is no reason to run nothing. */
function parsed(text: string | null): ReadonlySet<string> | null {
  if (text === null) return null;
  try {
    const { rehearse, notPassed } = JSON.parse(text) as { rehearse?: unknown; notPassed?: unknown };
    if (rehearse !== FORMAT || !Array.isArray(notPassed)) return null;
    return new Set(notPassed.filter(Array.isArray).map((identity) => JSON.stringify(identity)));
  } catch {
    return null;
  }
}
