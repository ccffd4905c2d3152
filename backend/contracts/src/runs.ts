import { z } from 'zod';
import { RouteOverride } from './format/providers.js';
import { Severity } from './format/scalars.js';
import { ContractRule } from './format/trajectory.js';
import { ExperimentId, Instant, RunId } from './ids.js';
import { Json, JsonObject } from './json.js';
import { CheckVerdict, EndReason, JournalEntry, MAX_SEQ, RunVerdict, StepError } from './journal.js';
import { page } from './paging.js';

export const RunStatus = z
  .enum(['queued', 'running', 'paused', 'waiting', 'finished', 'canceled'])
  .meta({ id: 'RunStatus' });
export type RunStatus = z.infer<typeof RunStatus>;

/** What of a control takes its time: a pause until calls in flight have ended, a stop until they have been cut off. */
export const RunRequested = z.enum(['pause', 'stop']).meta({ id: 'RunRequested' });
export type RunRequested = z.infer<typeof RunRequested>;

const vars = JsonObject.optional();

export const ExecuteRequest = z
  .strictObject({
    vars,
    caseId: z.string().optional(),
    seed: z.int().min(0).max(0xffff_ffff).optional().describe('Default: of the case, else 1.'),
    chaos: z.string().optional(),
    live: z.boolean().optional(),
    offline: z.boolean().optional(),
    providers: z
      .record(z.string(), RouteOverride)
      .optional()
      .describe('By the name of a route, what the run has in place of what the graph says of it.'),
    wait: z.int().min(0).max(600_000).optional().describe('Milliseconds; default 60,000.'),
  })
  .meta({ id: 'ExecuteRequest' });
export type ExecuteRequest = z.infer<typeof ExecuteRequest>;

export const AssertionView = z
  .object({
    id: z.string(),
    type: z.string(),
    verdict: CheckVerdict,
    score: z.number(),
    reason: z.string(),
    evidence: Json.optional(),
    metric: z.string().optional(),
    severity: Severity,
    weight: z.number(),
    node: z.string().optional(),
    seq: z.int(),
  })
  .meta({ id: 'AssertionView' });
export type AssertionView = z.infer<typeof AssertionView>;

export const ContractView = z
  .object({
    id: z.string(),
    verdict: CheckVerdict,
    severity: Severity,
    seq: z.int().optional().describe('The event that breaks it.'),
    message: z.string().optional(),
    line: z.int().optional().describe('Where it stands in the YAML of the graph.'),
    graph: z
      .string()
      .optional()
      .describe('The name of the graph within the graph that it is of; the line is of its YAML.'),
    orderSensitive: z.boolean().optional().describe('Relates events of concurrent lanes.'),
    rule: ContractRule.optional().describe('What it demands; not of a rule that its id tells.'),
  })
  .meta({ id: 'ContractView' });
export type ContractView = z.infer<typeof ContractView>;

export const StepStatus = z
  .enum(['running', 'finished', 'skipped', 'errored', 'canceled'])
  .meta({ id: 'StepStatus', description: 'Canceled: it was running when its run was stopped.' });
export type StepStatus = z.infer<typeof StepStatus>;

export const StepView = z
  .object({
    key: z.string(),
    node: z.string(),
    type: z.string(),
    status: StepStatus,
    startedAt: Instant,
    durationMs: z.number().nullable(),
    firstSeq: z.int(),
    lastSeq: z.int(),
    input: Json.optional(),
    output: Json.optional(),
    text: z.string().optional(),
    turns: z.int(),
    toolCalls: z.int(),
    usage: z.object({ inputTokens: z.int(), outputTokens: z.int() }),
    costUsd: z.number().nullable().describe('Null where the price of a model is not known.'),
    reason: z.string().optional(),
    error: StepError.optional(),
  })
  .meta({ id: 'StepView' });
export type StepView = z.infer<typeof StepView>;

const summary = {
  id: RunId,
  graph: z.string().describe('Its name.'),
  graphVersion: z.int(),
  graphDigest: z.string(),
  status: RunStatus,
  verdict: RunVerdict.nullable(),
  seed: z.int(),
  caseId: z.string().nullable(),
  repeat: z.int(),
  matrix: JsonObject.optional().describe('What a matrix, or an override of a route, gave it, by path.'),
  chaos: z.string().nullable(),
  experiment: ExperimentId.nullable(),
  usage: z.object({ inputTokens: z.int(), outputTokens: z.int(), totalTokens: z.int() }),
  costUsd: z.number().nullable().describe('Null where the price of a model is not known.'),
  durationMs: z.number().nullable(),
  digest: z.string().nullable(),
  verdictDigest: z.string().nullable(),
  reason: EndReason.nullable(),
  imported: z.boolean().describe('A recording that was brought in; it cannot be executed again.'),
  lastSeq: z.int(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  follows: z
    .object({ runId: RunId, relation: z.string() })
    .optional()
    .describe('Of a metamorphic follow-up: the run that it is compared with.'),
  requested: RunRequested.optional().describe('What somebody asked for that has not taken effect yet.'),
  retriedAs: RunId.optional().describe(
    'Of an errored run of an experiment: the one that was made in its place.',
  ),
  wakeAt: Instant.optional().describe('When a run that waits for time goes on by itself.'),
};

/** A run in a list. */
export const RunSummary = z.object(summary).meta({ id: 'RunSummary' });
export type RunSummary = z.infer<typeof RunSummary>;

/** What a run asks a person. */
export const HumanRequestView = z
  .object({
    key: z.string().describe('What a decision names.'),
    prompt: z.string(),
    form: Json.optional().describe('What the person is to give, as JSON Schema.'),
    approvers: z
      .array(z.string())
      .optional()
      .describe('Roles and e-mail addresses; absent: everybody who may write.'),
  })
  .meta({ id: 'HumanRequestView' });
export type HumanRequestView = z.infer<typeof HumanRequestView>;

/** A run with all that its journal folds to. */
export const RunView = z
  .object({
    ...summary,
    vars: JsonObject,
    output: Json,
    live: z.boolean(),
    offline: z.boolean(),
    assertions: z.array(AssertionView),
    contracts: z.array(ContractView),
    steps: z.array(StepView),
    memory: JsonObject.describe(
      'What agents remember: what the case gave them, and in the end what they wrote.',
    ),
    error: StepError.nullable(),
    waitingFor: z.array(HumanRequestView).optional().describe('Of a run that waits.'),
    parent: z.object({ runId: RunId, fromSeq: z.int() }).nullable(),
  })
  .meta({ id: 'RunView' });
export type RunView = z.infer<typeof RunView>;

export const RunEnvelope = z.object({ run: RunView }).meta({ id: 'RunEnvelope' });

/** What `POST /runs/import` answers; `run` is the first of them. */
export const CassetteImportAnswer = z
  .object({ run: RunView, runs: z.array(RunSummary) })
  .meta({ id: 'CassetteImportAnswer' });
export type CassetteImportAnswer = z.infer<typeof CassetteImportAnswer>;

export const RunListQuery = z.strictObject({
  graph: z.string().optional().describe('A name, an id, or `name@version`.'),
  status: RunStatus.optional(),
  verdict: RunVerdict.optional(),
  experiment: z.string().optional(),
  case: z.string().optional().describe('The whole id of a case.'),
  label: z.string().optional().describe('`key` or `key=value` of the graph.'),
  from: z.string().optional().describe('ISO 8601; runs made at or after it.'),
  to: z.string().optional().describe('ISO 8601; runs made before it.'),
  q: z.string().max(200).optional().describe('Text in the id, graph name or case.'),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: z.string().optional(),
});
export type RunListQuery = z.infer<typeof RunListQuery>;

export const RunViewQuery = z.strictObject({
  atSeq: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_SEQ)
    .optional()
    .describe('As the run was after this event of its journal.'),
});
export type RunViewQuery = z.infer<typeof RunViewQuery>;

/** How far a run may be expected to go, and how long that took before. */
export const RunEstimate = z
  .object({
    nodes: z.int().nullable().describe('Of the graph, but for those within nodes; null of a recording.'),
    runs: z.int().describe('Earlier runs of the same graph digest that passed or failed, at most 200.'),
    durationMs: z
      .object({ p50: z.number(), p90: z.number() })
      .nullable()
      .describe('Of those runs; null below three.'),
  })
  .meta({ id: 'RunEstimate' });
export type RunEstimate = z.infer<typeof RunEstimate>;

export const RunPage = page(RunSummary).meta({ id: 'RunPage' });
export type RunPage = z.infer<typeof RunPage>;

export const EventsQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(MAX_SEQ).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).optional().describe('Default: as many as may be, 1,000.'),
  types: z.string().optional().describe('Comma-separated event types.'),
  cursor: z.string().optional(),
});
export type EventsQuery = z.infer<typeof EventsQuery>;
export const StreamQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_SEQ)
    .optional()
    .describe('The seq behind which it begins, for who does not send Last-Event-ID.'),
});
export type StreamQuery = z.infer<typeof StreamQuery>;

export const EventPage = page(JournalEntry).meta({ id: 'EventPage' });
