import type { RunView } from '@rehearse/contracts';
import type { RunTab } from './search.js';

/** The seq of `#seq-1234`, the anchor of a line of the log. */
export function seqOfHash(hash: string): number | undefined {
  const match = /^#?seq-(\d+)$/.exec(hash);
  return match ? Number(match[1]) : undefined;
}

/** A line that is named opens the log, a run in the making is watched, a failed one shows its first failure. */
export function openingTab({ run, seq }: { run: RunView; seq: number | undefined }): RunTab {
  if (seq !== undefined) return 'log';
  if (!isOver(run)) return 'log';
  if (run.verdict !== 'failed') return 'overview';
  return firstFailure(run)?.tab ?? 'overview';
}

/** The failed check that stands first in the journal. */
export function firstFailure(run: RunView): { tab: 'assertions' | 'contracts'; id: string } | null {
  const assertion = run.assertions.find((one) => one.verdict === 'failed');
  const contract = run.contracts
    .filter((one) => one.verdict === 'failed')
    .toSorted((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity))[0];
  if (assertion && contract) {
    const isContractFirst = (contract.seq ?? Infinity) < assertion.seq;
    return isContractFirst ? { tab: 'contracts', id: contract.id } : { tab: 'assertions', id: assertion.id };
  }
  if (assertion) return { tab: 'assertions', id: assertion.id };
  return contract ? { tab: 'contracts', id: contract.id } : null;
}

export const isOver = (run: Pick<RunView, 'status'>): boolean =>
  run.status === 'finished' || run.status === 'canceled';
