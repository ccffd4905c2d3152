import {
  type AssertionView,
  type Budget,
  type ComplianceBudget,
  durationMs,
  type JournalEvent,
  type RunCompliance,
  SEVERITY_OF_ERROR,
  type StepError,
} from '@rehearse/contracts';
import { SAFETY_RULES } from '../assert/safety/index.js';
import type { RunFold } from '../journal/fold.js';

/** What of a run's compliance its journal tells. */
export type Compliance = Omit<RunCompliance, 'run' | 'chain'>;

interface Judged {
  events: readonly JournalEvent[];
  fold: Pick<RunFold, 'assertions' | 'contracts' | 'usage' | 'costUsd' | 'durationMs' | 'steps'>;
  /** Of the graph; null where the run has none. */
  budget: Budget | null;
}

/** Who decided and stopped what, what was refused, taken out or broken, and what it used of its budget. */
export function complianceOf({ events, fold, budget }: Judged): Compliance {
  const entries = entriesOf(events);
  return {
    contracts: fold.contracts,
    safety: fold.assertions.filter(isAboutSafety),
    ...entries,
    budget: budgetOf(events, fold, budget),
  };
}

const isAboutSafety = ({ type }: AssertionView): boolean =>
  Object.hasOwn(SAFETY_RULES, type) || type === 'moderation' || type === 'is-refusal';

type Entries = Pick<Compliance, 'policyHits' | 'redactions' | 'approvals' | 'controls' | 'faults'>;

function entriesOf(events: readonly JournalEvent[]): Entries {
  const entries: Entries = {
    ...{ policyHits: [], approvals: [], controls: [], faults: [] },
    redactions: { count: 0, events: [] },
  };
  for (const event of events) take(entries, event);
  return entries;
}

function take(entries: Entries, event: JournalEvent): void {
  const { seq, at, key } = event;
  const place = { seq, at, key };
  switch (event.type) {
    case 'human.requested': {
      const { prompt, approvers = [] } = event.data;
      const open = { decision: null, by: null, reason: null, decidedAt: null };
      entries.approvals.push({ ...place, prompt, approvers, ...open });
      return;
    }
    case 'human.decided': {
      const { decision, by, reason } = event.data;
      const asked = entries.approvals.findLast((one) => one.key === key && one.decision === null);
      if (asked) Object.assign(asked, { decision, by, reason, decidedAt: at });
      return;
    }
    case 'run.paused':
    case 'run.canceled': {
      const { by = null, reason = null } = event.data;
      entries.controls.push({ ...place, action: event.type === 'run.paused' ? 'pause' : 'stop', by, reason });
      return;
    }
    case 'run.resumed':
      entries.controls.push({ ...place, action: 'resume', by: event.data.by ?? null, reason: null });
      return;
    case 'governance.redacted':
      entries.redactions.count += event.data.count;
      entries.redactions.events.push(place);
      return;
    case 'governance.blocked':
      entries.policyHits.push({
        ...place,
        code: 'governance/blocked',
        message: event.data.reason,
        severity: 'critical',
      });
      return;
    case 'tool.failed':
    case 'model.failed':
    case 'node.errored':
      return refuse(entries, place, event.data.error);
    case 'chaos.injected':
      entries.faults.push({ ...place, fault: event.data.fault, rule: event.data.rule });
      return;
    default:
  }
}

type Place = Pick<JournalEvent, 'seq' | 'at' | 'key'>;

/** A refusal counts where it happened, and not again where it ends the node around it. */
function refuse(
  { policyHits }: Entries,
  place: Place,
  { code, message, category, severity }: StepError,
): void {
  if (category !== 'policy') return;
  const isTold = policyHits.some(
    (hit) => hit.code === code && hit.message === message && hit.key.startsWith(place.key),
  );
  if (!isTold)
    policyHits.push({ ...place, code, message, severity: severity ?? SEVERITY_OF_ERROR[category] });
}

function budgetOf(
  events: readonly JournalEvent[],
  fold: Judged['fold'],
  budget: Budget | null,
): ComplianceBudget[] {
  const exceeded = new Set(
    events.flatMap((event) => (event.type === 'budget.exceeded' ? [event.data.limit] : [])),
  );
  const used = {
    maxCostUsd: fold.costUsd,
    maxTokens: fold.usage.totalTokens,
    maxDuration: fold.durationMs ?? 0,
    maxTurns: fold.steps.reduce((turns, step) => turns + step.turns, 0),
  };
  const max = {
    maxCostUsd: budget?.maxCostUsd ?? null,
    maxTokens: budget?.maxTokens ?? null,
    maxDuration: budget?.maxDuration === undefined ? null : durationMs(budget.maxDuration),
    maxTurns: budget?.maxTurns ?? null,
  };
  return LIMITS.map((limit) => ({
    limit,
    max: max[limit],
    used: used[limit],
    isExceeded: exceeded.has(limit),
  }));
}

const LIMITS = ['maxCostUsd', 'maxTokens', 'maxDuration', 'maxTurns'] as const;
