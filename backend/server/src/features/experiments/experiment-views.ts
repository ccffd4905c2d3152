import type { ExperimentCase, ExperimentSummary, ExperimentView, RunVerdict } from '@rehearse/contracts';
import { passHatK, sourceCaseOf, wilsonInterval } from '@rehearse/engine';
import type { ExperimentRecord, ExperimentRun } from './experiments.repository.js';

/** How many repeats of a case must pass, by its id; without an entry all must. */
export type MinPass = ReadonlyMap<string, number>;

/** What a run without a case is listed under. */
export const NO_CASE = '';

export function experimentSummary(experiment: ExperimentRecord): ExperimentSummary {
  const { counts } = experiment;
  const scored = counts.passed + counts.failed;
  return {
    id: experiment.id as ExperimentSummary['id'],
    label: experiment.label,
    kind: experiment.kind,
    graph: experiment.graph,
    graphVersion: experiment.graphVersion,
    suite: experiment.suite,
    baseline: experiment.baseline as ExperimentSummary['baseline'],
    status: statusOf(counts),
    concurrency: experiment.concurrency,
    progress: counts,
    passRate: wilsonInterval({ successes: counts.passed, n: scored }),
    createdAt: experiment.createdAt,
    finishedAt: experiment.finishedAt,
  };
}

/** Paused when none of the runs that have not ended goes on. */
function statusOf({ total, finished, paused }: ExperimentRecord['counts']): ExperimentSummary['status'] {
  if (finished === total) return 'finished';
  return paused === total - finished ? 'paused' : 'running';
}

export function experimentView(
  experiment: ExperimentRecord,
  { runs, minPass }: { runs: readonly ExperimentRun[]; minPass: MinPass },
): ExperimentView {
  const cases = casesOf(runs, minPass);
  const { inputTokens, outputTokens, costUsd } = experiment;
  return {
    ...experimentSummary(experiment),
    passHatK: passHatKs(cases),
    cases,
    usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
    costUsd,
  };
}

/** The runs of each case, in one cell of the matrix and under one profile of faults. */
export function repeatsOf(runs: readonly ExperimentRun[]): ExperimentRun[][] {
  const key = ({ caseId, matrix, chaos }: ExperimentRun) => JSON.stringify([caseId, matrix, chaos]);
  return [...Map.groupBy(runs, key).values()];
}

/** By case, cell of the matrix and profile of faults, in the order in which the runs were made, which is that of the file. */
export function casesOf(runs: readonly ExperimentRun[], minPass: MinPass): ExperimentCase[] {
  return repeatsOf(runs).map((repeats) => {
    const caseId = repeats[0]!.caseId ?? NO_CASE;
    // A follow-up is held to what is asked of its case.
    const asked = minPass.get(caseId) ?? minPass.get(sourceCaseOf(caseId) ?? NO_CASE);
    return caseView(caseId, { repeats, minPass: asked ?? null });
  });
}

function caseView(
  caseId: string,
  { repeats, minPass }: { repeats: readonly ExperimentRun[]; minPass: number | null },
): ExperimentCase {
  const count = (verdict: RunVerdict) => repeats.filter((run) => run.verdict === verdict).length;
  const [passed, failed] = [count('passed'), count('failed')];
  const { matrix, chaos } = repeats[0]!;
  return {
    caseId,
    ...(matrix && { matrix }),
    ...(chaos !== null && { chaos }),
    passed,
    scored: passed + failed,
    total: repeats.length,
    minPass,
    verdict: caseVerdict(repeats, minPass),
    isFlaky: passed > 0 && failed > 0,
    runs: repeats
      .toSorted((a, b) => a.repeat - b.repeat)
      .map(({ id, repeat, status, verdict, durationMs }) => ({ id, repeat, status, verdict, durationMs })),
  };
}

/** Decided as soon as the repeats that are still out cannot change it; null before. */
function caseVerdict(repeats: readonly ExperimentRun[], minPass: number | null): RunVerdict | null {
  const needed = minPass ?? repeats.length;
  const count = (verdict: RunVerdict) => repeats.filter((run) => run.verdict === verdict).length;
  const open = repeats.filter(({ status }) => status !== 'finished' && status !== 'canceled').length;
  const [passed, failed] = [count('passed'), count('failed')];
  if (passed >= needed && (open === 0 || minPass !== null)) return 'passed';
  if (failed > repeats.length - needed) return 'failed';
  if (open > 0) return null;
  return count('errored') > 0 ? 'errored' : 'inconclusive';
}

/** For k from 1 to the most repeats that any case was scored. */
function passHatKs(cases: readonly ExperimentCase[]): (number | null)[] {
  const most = cases.reduce((max, { scored }) => Math.max(max, scored), 0);
  return Array.from({ length: most }, (_, i) => passHatK({ cases, k: i + 1 }));
}
