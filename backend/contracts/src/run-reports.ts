import { z } from 'zod';
import { Severity } from './format/scalars.js';
import { Instant } from './ids.js';
import { CheckVerdict, StepError } from './journal.js';
import { Json } from './json.js';
import { AssertionView, ContractView, RunSummary } from './runs.js';

const ms = z.number().min(0).describe('Milliseconds since the run began.');

export const TIMELINE_KINDS = ['node', 'model', 'tool', 'human', 'timer'] as const;

export const TimelineAttempt = z
  .object({
    attempt: z.int().min(1),
    provider: z.string().nullable().describe('Of a model call.'),
    model: z.string().nullable(),
    startMs: ms,
    endMs: ms.nullable().describe('Null: it goes on.'),
    startSeq: z.int(),
    endSeq: z.int().nullable(),
    error: StepError.optional(),
  })
  .meta({ id: 'TimelineAttempt' });
export type TimelineAttempt = z.infer<typeof TimelineAttempt>;

export const TimelineBar = z
  .object({
    key: z.string(),
    kind: z.enum(TIMELINE_KINDS),
    label: z.string().describe('The type of a node, the model, the tool, what a person is asked.'),
    startMs: ms,
    endMs: ms.nullable(),
    startSeq: z.int(),
    endSeq: z.int().nullable(),
    status: z.enum(['running', 'finished', 'errored', 'skipped', 'canceled']),
    fault: z.string().optional().describe('What chaos injected there.'),
    attempts: z.array(TimelineAttempt).describe('Of a model or a tool; more than one where it was retried.'),
  })
  .meta({ id: 'TimelineBar' });
export type TimelineBar = z.infer<typeof TimelineBar>;

export const TIMELINE_WAITS = ['human', 'timer', 'paused', 'retry'] as const;

export const TimelineWait = z
  .object({ kind: z.enum(TIMELINE_WAITS), key: z.string(), startMs: ms, endMs: ms.nullable() })
  .meta({ id: 'TimelineWait' });
export type TimelineWait = z.infer<typeof TimelineWait>;

export const RunTimeline = z
  .object({
    run: RunSummary,
    startedAt: Instant.nullable(),
    queuedMs: z.number().min(0).nullable().describe('From the request to the first event; null: not begun.'),
    durationMs: z.number().min(0).describe('To the last event.'),
    lanes: z.array(z.object({ lane: z.string(), bars: z.array(TimelineBar) })).describe('As they began.'),
    waits: z.array(TimelineWait),
    gaps: z
      .array(z.object({ startMs: ms, endMs: ms }))
      .describe('When neither a model nor a tool was called, for a twentieth of the run at least.'),
  })
  .meta({ id: 'RunTimeline' });
export type RunTimeline = z.infer<typeof RunTimeline>;

export const ComplianceEntry = z
  .object({ seq: z.int(), at: Instant, key: z.string() })
  .meta({ id: 'ComplianceEntry' });

export const ComplianceApproval = ComplianceEntry.extend({
  prompt: z.string(),
  approvers: z.array(z.string()),
  decision: z.enum(['approve', 'modify', 'reject']).nullable().describe('Null: nobody has decided.'),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  decidedAt: Instant.nullable(),
}).meta({ id: 'ComplianceApproval' });
export type ComplianceApproval = z.infer<typeof ComplianceApproval>;

export const CompliancePolicyHit = ComplianceEntry.extend({
  code: z.string(),
  message: z.string(),
  severity: Severity,
}).meta({ id: 'CompliancePolicyHit' });
export type CompliancePolicyHit = z.infer<typeof CompliancePolicyHit>;

export const ComplianceControl = ComplianceEntry.extend({
  action: z.enum(['pause', 'resume', 'stop']),
  by: z.string().nullable(),
  reason: z.string().nullable(),
}).meta({ id: 'ComplianceControl' });

export const ComplianceBudget = z
  .object({
    limit: z.enum(['maxCostUsd', 'maxTokens', 'maxDuration', 'maxTurns']),
    max: z.number().nullable().describe('Null: the graph sets no limit. Of `maxDuration` in milliseconds.'),
    used: z.number().nullable().describe('Null: of a model, nobody knows the price.'),
    isExceeded: z.boolean(),
  })
  .meta({ id: 'ComplianceBudget' });
export type ComplianceBudget = z.infer<typeof ComplianceBudget>;

export const RunCompliance = z
  .object({
    run: RunSummary,
    contracts: z.array(ContractView),
    safety: z.array(AssertionView).describe('Results of the assertions about safety and personal data.'),
    policyHits: z
      .array(CompliancePolicyHit)
      .describe('What was refused: by a scope, an allow-list or a policy.'),
    redactions: z.object({ count: z.int(), events: z.array(ComplianceEntry) }),
    approvals: z.array(ComplianceApproval),
    controls: z.array(ComplianceControl),
    faults: z.array(ComplianceEntry.extend({ fault: z.string(), rule: z.string() })),
    budget: z.array(ComplianceBudget),
    chain: z
      .object({ isWhole: z.boolean(), message: z.string().nullable() })
      .describe('Of the digests of its events.'),
  })
  .meta({ id: 'RunCompliance' });
export type RunCompliance = z.infer<typeof RunCompliance>;

export const ComplianceQuery = z.strictObject({ format: z.enum(['json', 'csv']).default('json') });
export type ComplianceQuery = z.infer<typeof ComplianceQuery>;

export const AssertionReport = AssertionView.extend({
  expected: Json.describe('What the graph asks for: `value`, else the other settings of the assertion.'),
  actual: Json.describe('What it was measured by; null where that is not kept.'),
  line: z.int().nullable().describe('Where it stands in the YAML.'),
  repeats: z
    .array(
      z.object({
        runId: z.string(),
        repeat: z.int(),
        verdict: CheckVerdict,
        score: z.number(),
        reason: z.string(),
      }),
    )
    .describe('The same assertion in the other runs of this case, of the same experiment and graph.'),
  isFlaky: z.boolean().describe('It passed in some of these runs and failed in others.'),
}).meta({ id: 'AssertionReport' });
export type AssertionReport = z.infer<typeof AssertionReport>;

export const RunAssertions = z
  .object({ run: RunSummary, assertions: z.array(AssertionReport) })
  .meta({ id: 'RunAssertions' });
export type RunAssertions = z.infer<typeof RunAssertions>;
