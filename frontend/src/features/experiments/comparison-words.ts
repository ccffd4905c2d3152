import {
  IconArrowDown,
  IconArrowUp,
  IconEqual,
  IconHelpCircle,
  IconMinus,
  IconPlus,
} from '@tabler/icons-react';
import type { ComparedCase, ExperimentComparison, ShiftTest } from '@rehearse/contracts';
import { percent, signed } from '../../ui/format.js';
import type { Look } from '../../ui/tones.js';

export const CASE_CHANGES: Record<ComparedCase['change'], Look> = {
  regressed: { tone: 'bad', icon: IconArrowDown, word: 'Regressed' },
  improved: { tone: 'good', icon: IconArrowUp, word: 'Improved' },
  same: { tone: 'quiet', icon: IconEqual, word: 'Same' },
  undecided: { tone: 'odd', icon: IconHelpCircle, word: 'Undecided' },
  added: { tone: 'warn', icon: IconPlus, word: 'Only here' },
  removed: { tone: 'warn', icon: IconMinus, word: 'Only in the baseline' },
};

/** `0.031`, `< 0.001`: what is below says no more. */
export const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/** `2 newly failing, 1 fixed`; what did not happen is left out. */
export function headline({ counts }: Pick<ExperimentComparison, 'counts'>): string {
  const parts = [
    counts.regressed > 0 && `${counts.regressed} newly failing`,
    counts.improved > 0 && `${counts.improved} fixed`,
    counts.undecided > 0 && `${counts.undecided} undecided`,
    counts.added > 0 && `${counts.added} only here`,
    counts.removed > 0 && `${counts.removed} only in the baseline`,
  ].filter(Boolean);
  return parts.length === 0 ? 'No case turned out otherwise' : parts.join(', ');
}

export function passRateText({ passRate }: Pick<ExperimentComparison, 'passRate'>): string {
  const { baseline, candidate, difference } = passRate;
  const rates = `${percent(baseline.estimate)} → ${percent(candidate.estimate)}`;
  if (!difference) return rates;
  const { estimate, low, high } = difference;
  return `${rates}, ${signed(estimate, percent)} (${signed(low, percent)} to ${signed(high, percent)})`;
}

export function regressionText({ regression }: Pick<ExperimentComparison, 'regression'>): string {
  if (!regression) return 'no case is scored on both sides';
  const { method, cases, p, pAdjusted, isExact } = regression;
  const test = method === 'mcnemar' ? 'McNemar' : 'sign flips';
  return `${pText(p)}, ${pText(pAdjusted)} after Holm (${test}${isExact ? ', exact' : ''}, n = ${cases})`;
}

export function shiftText(test: ShiftTest | null, format: (amount: number) => string): string {
  if (!test) return 'not measured on both sides';
  const ratio = test.shiftRatio === null ? '' : `, ${signed(test.shiftRatio, percent)}`;
  return `${signed(test.shift, format)}${ratio}, ${pText(test.p)} (Hodges and Lehmann, n = ${test.cases})`;
}
