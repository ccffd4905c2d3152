import { followUpsOf, sketchOf, type RunSketch } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import type { Tasks } from './plan.js';
import type { RunResult } from './run-result.js';
import type { RunTask } from './run-task.js';

/** The tasks, and behind the repeats of each case its follow-ups: one for each metamorphic relation and repeat. */
export const withFollowUps = (tasks: Tasks): Tasks =>
  tasks.counted?.graphs.every(({ graph }) => graph.metamorphic.length === 0) ? tasks : followed(tasks);

const followed = (tasks: Iterable<RunTask>): Iterable<RunTask> => ({
  *[Symbol.iterator]() {
    let repeats: RunTask[] = [];
    for (const task of tasks) {
      const [first] = repeats;
      if (first && (first.caseId !== task.caseId || first.loaded !== task.loaded)) {
        yield* followUpsBehind(repeats);
        repeats = [];
      }
      if (task.loaded.graph.metamorphic.length > 0) repeats.push(task);
      yield task;
    }
    yield* followUpsBehind(repeats);
  },
});

function* followUpsBehind(repeats: readonly RunTask[]): Generator<RunTask> {
  const all = repeats.map((source) => ({ source, followUps: followUpsFor(source) }));
  for (const at of all[0]?.followUps.keys() ?? [])
    for (const { source, followUps } of all) {
      const { caseId, vars, relation } = followUps[at]!;
      yield { ...source, caseId, vars, follows: { relation, source } };
    }
}

function followUpsFor({ loaded, caseId, vars }: RunTask) {
  const planned = followUpsOf(loaded.graph, { caseId, vars });
  if (planned.ok) return planned.followUps;
  throw new CliError({
    code: 'run/bad-follow-up',
    message: `${loaded.file}, case ${caseId ?? loaded.graph.name}: ${planned.message}`,
    hint: 'Change `transform` of the relation, or the vars of the case.',
  });
}

/** What a follow-up is compared with; null when the run that it follows did not come to its end. */
export const comparedWith = (
  { loaded, follows }: RunTask,
  source: RunResult | null,
): { relation: string; source: RunSketch } | null => {
  const sketch = source && sketchOf(loaded.graph, source.events);
  return follows && sketch ? { relation: follows.relation, source: sketch } : null;
};
