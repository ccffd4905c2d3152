import type { Proportion, RunVerdict } from '@rehearse/contracts';
import { passHatK, wilsonInterval, type ImportedRun } from '@rehearse/engine';

export interface ImportSummary extends Record<RunVerdict, number> {
  total: number;
  passRate: Proportion;
  /** pass^1, pass^2, …; null where no case has that many scored repeats. */
  passHatK: readonly (number | null)[];
  /** In how many runs each contract was violated, the most frequent first. */
  violations: readonly { id: string; runs: number }[];
}

const MOST_K = 8;

export function summarizeImport(runs: readonly ImportedRun[]): ImportSummary {
  const counts: Record<RunVerdict, number> = { passed: 0, failed: 0, errored: 0, inconclusive: 0 };
  for (const { verdict } of runs) counts[verdict]++;
  const cases = scores(runs);
  const most = Math.min(MOST_K, Math.max(1, ...cases.map(({ scored }) => scored)));
  return {
    ...counts,
    total: runs.length,
    passRate: wilsonInterval({ successes: counts.passed, n: counts.passed + counts.failed }),
    passHatK: Array.from({ length: most }, (_, index) => passHatK({ cases, k: index + 1 })),
    violations: violations(runs),
  };
}

/** How often each case passed, of the repeats that passed or failed. */
function scores(runs: readonly ImportedRun[]): { passed: number; scored: number }[] {
  const byCase = new Map<string, { passed: number; scored: number }>();
  for (const { caseId, verdict } of runs) {
    const score = byCase.get(caseId) ?? { passed: 0, scored: 0 };
    byCase.set(caseId, score);
    if (verdict === 'passed') score.passed++;
    if (verdict === 'passed' || verdict === 'failed') score.scored++;
  }
  return [...byCase.values()];
}

function violations(runs: readonly ImportedRun[]): { id: string; runs: number }[] {
  const byId = new Map<string, number>();
  for (const { events } of runs) {
    const ids = events.flatMap((event) => (event.type === 'contract.violated' ? [event.data.id] : []));
    for (const id of new Set(ids)) byId.set(id, (byId.get(id) ?? 0) + 1);
  }
  return [...byId]
    .map(([id, n]) => ({ id, runs: n }))
    .sort((a, b) => b.runs - a.runs || (a.id < b.id ? -1 : 1));
}
