import type { RunCompliance } from '@rehearse/contracts';

const COLUMNS = ['kind', 'subject', 'outcome', 'severity', 'seq', 'at', 'key', 'by', 'detail'] as const;
type Line = Partial<Record<(typeof COLUMNS)[number], string | number | null>>;

/** A line for each finding, for spreadsheets. */
export function complianceCsv(report: RunCompliance): string {
  const lines = [...checks(report), ...entries(report), ...totals(report)];
  return [COLUMNS.join(','), ...lines.map((line) => COLUMNS.map((name) => cell(line[name])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('');
}

const checks = ({ contracts, safety }: RunCompliance): Line[] => [
  ...contracts.map(({ id, verdict, severity, seq = null, message = null }) => ({
    ...{ kind: 'contract', subject: id, outcome: verdict, severity, seq, detail: message },
  })),
  ...safety.map(({ id, verdict, severity, seq, reason }) => ({
    ...{ kind: 'safety', subject: id, outcome: verdict, severity, seq, detail: reason },
  })),
];

const entries = ({ policyHits, approvals, controls, faults, redactions }: RunCompliance): Line[] => [
  ...policyHits.map(({ code, message, ...hit }) => ({
    ...hit,
    ...{ kind: 'policy', subject: code, outcome: 'refused', detail: message },
  })),
  ...approvals.map(({ prompt, decision, reason, approvers: _, decidedAt: __, ...asked }) => ({
    ...asked,
    ...{ kind: 'approval', subject: prompt, outcome: decision ?? 'open', detail: reason },
  })),
  ...controls.map(({ action, reason, ...control }) => ({
    ...control,
    ...{ kind: 'control', subject: action, outcome: action, detail: reason },
  })),
  ...faults.map(({ fault, rule, ...place }) => ({
    ...place,
    ...{ kind: 'fault', subject: fault, outcome: 'injected', detail: rule },
  })),
  ...redactions.events.map((place) => ({ ...place, kind: 'redaction', outcome: 'redacted' })),
];

const totals = ({ budget, chain }: RunCompliance): Line[] => [
  ...budget.map(({ limit, max, used, isExceeded }) => ({
    ...{ kind: 'budget', subject: limit, outcome: isExceeded ? 'exceeded' : 'kept' },
    detail: `${used ?? 'unknown'}${max === null ? '' : ` of ${max}`}`,
  })),
  { kind: 'chain', subject: 'digests', outcome: chain.isWhole ? 'whole' : 'broken', detail: chain.message },
];

/** RFC 4180; a cell that a spreadsheet would take for a formula begins with an apostrophe. */
function cell(value: string | number | null | undefined): string {
  const text = value == null ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
