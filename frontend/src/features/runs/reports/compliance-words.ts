import type { ComplianceBudget, RunCompliance } from '@rehearse/contracts';
import { count, duration, plural, usd } from '../../../ui/format.js';

const LIMITS: Record<ComplianceBudget['limit'], [name: string, format: (amount: number) => string]> = {
  maxCostUsd: ['Cost', usd],
  maxTokens: ['Tokens', count],
  maxDuration: ['Duration', duration],
  maxTurns: ['Turns', count],
};

export interface BudgetLine {
  name: string;
  used: string;
  max: string;
  /** Of the limit, at most 1; null where nothing is limited or nothing is known. */
  share: number | null;
  isExceeded: boolean;
}

export function budgetLine({ limit, max, used, isExceeded }: ComplianceBudget): BudgetLine {
  const [name, format] = LIMITS[limit];
  return {
    ...{ name, isExceeded },
    used: used === null ? 'unknown' : format(used),
    max: max === null ? 'no limit' : format(max),
    share: max === null || used === null || max <= 0 ? null : Math.min(1, used / max),
  };
}

/** What stands first: everything that is not as it should be, in a line. */
export function troublesOf(report: RunCompliance): string[] {
  const failed = (checks: readonly { verdict: string }[]) =>
    checks.filter(({ verdict }) => verdict === 'failed').length;
  const [broken, unsafe] = [failed(report.contracts), failed(report.safety)];
  const exceeded = report.budget.filter(({ isExceeded }) => isExceeded).length;
  const open = report.approvals.filter(({ decision }) => decision === null).length;
  return [
    report.chain.isWhole ? '' : 'the journal was changed',
    broken > 0 ? plural(broken, 'contract is broken', 'contracts are broken') : '',
    unsafe > 0 ? plural(unsafe, 'safety check failed', 'safety checks failed') : '',
    report.policyHits.length > 0 ? plural(report.policyHits.length, 'refusal') : '',
    exceeded > 0 ? plural(exceeded, 'budget is used up', 'budgets are used up') : '',
    open > 0 ? plural(open, 'decision is open', 'decisions are open') : '',
  ].filter((trouble) => trouble !== '');
}
