import { z } from 'zod';
import { ERROR_CATEGORIES } from './error-severity.js';
import { EVENT_TYPES, JOURNAL_VERSION } from './event-types.js';
import { fitsOf, readerOf, type Fits } from './fits.js';
import { Enclosures } from './format/enclosures.js';
import { JsonSchema, Severity } from './format/scalars.js';
import { CallDefaults, JournalTarget, ModelParams } from './format/providers.js';
import { ChaosFaultSpec } from './format/trajectory.js';
import { Digest, Instant } from './ids.js';
import { Json, JsonObject } from './json.js';
import { ChatMessage, ToolCall, Usage } from './messages.js';

/** *failed*: the agent misbehaved. *errored*: we could not tell. */
export const RunVerdict = z.enum(['passed', 'failed', 'inconclusive', 'errored']).meta({ id: 'RunVerdict' });
export type RunVerdict = z.infer<typeof RunVerdict>;

export const CheckVerdict = z.enum(['passed', 'failed', 'errored']).meta({ id: 'CheckVerdict' });
export type CheckVerdict = z.infer<typeof CheckVerdict>;

export const StepError = z
  .object({
    code: z.string(),
    message: z.string(),
    category: z.enum(ERROR_CATEGORIES),
    status: z.int().optional().describe('The HTTP status of a provider or tool.'),
    severity: Severity.optional().describe('Where it is left out, that of its category.'),
  })
  .meta({ id: 'StepError' });
export type StepError = z.infer<typeof StepError>;

export const EndReason = z
  .object({
    kind: z.enum(['completed', 'error', 'budget', 'contract', 'stopped']),
    node: z.string().optional(),
    message: z.string().optional(),
  })
  .meta({ id: 'EndReason' });
export type EndReason = z.infer<typeof EndReason>;

const AssertionEvaluated = z.object({
  id: z.string().describe('Where it stands: `handle.assert[0]`, `assert[1]`, `case.assert[0]`.'),
  type: z.string(),
  verdict: CheckVerdict,
  score: z.number().min(0).max(1),
  reason: z.string(),
  evidence: Json.optional(),
  metric: z.string().optional(),
  severity: Severity,
  weight: z.number(),
  node: z.string().optional(),
  position: z.int().describe('The place of the assertion in the file; it orders the verdict lane.'),
});
const ContractViolated = z.object({
  id: z.string(),
  seq: z.int().describe('The event that breaks it.'),
  key: z.string().describe('The key of that event.'),
  severity: Severity,
  message: z.string(),
  position: z.int().describe('The place of the contract in the file; it orders the verdict lane.'),
});

/** What a rerun takes from the tape of its parent, to tell by whom a verdict varies. */
export const Hold = z.object({
  model: z.boolean(),
  tools: z.boolean(),
  sideEffects: z.array(z.string()).describe('Tools that are held in any case, and never called.'),
  seed: z.int().min(0).max(0xffff_ffff).describe('Mocks that are asked anew draw by it.'),
});

const ForkBase = z.object({
  parent: z.string().describe('The run that it was forked from.'),
  fromSeq: z.int().describe('The last event whose answer is taken over, unless there is a fault.'),
  edits: z
    .array(z.object({ seq: z.int(), data: JsonObject }))
    .describe('What stands in place of what was recorded: the whole payload.'),
  fault: z
    .object({ key: z.string(), attempt: z.int(), on: z.string(), fault: ChaosFaultSpec })
    .optional()
    .describe('The fault that one call gets.'),
  hold: Hold.optional().describe(
    'What is answered from the parent whenever the same is asked; all else anew.',
  ),
});
export type Hold = z.infer<typeof Hold>;

/** What of a run a metamorphic relation compares. */
const Sketch = z.object({
  output: Json,
  text: z.string().nullable(),
  tools: z.array(z.string()),
  verdict: RunVerdict,
});

const isUnharmed = z
  .literal(true)
  .optional()
  .describe('The fault that hit this call found nothing to change in its answer.');

/** What each type of event carries in `data`. */
export const EVENT_DATA = {
  'run.started': z.object({
    vars: JsonObject,
    seed: z.int().min(0).max(0xffff_ffff),
    chaos: z.string().nullable(),
    caseId: z.string().nullable(),
    repeat: z.int().min(0),
    live: z.boolean(),
    offline: z.boolean(),
    memory: JsonObject.optional().describe('What agents remember from the start.'),
    follows: z
      .object({ relation: z.string(), source: Sketch })
      .optional()
      .describe('The run that a follow-up is compared with.'),
    prices: z
      .record(z.string(), z.object({ input: z.number().min(0), output: z.number().min(0) }))
      .optional()
      .describe('US dollars for a million tokens, by model, where a budget limits the cost.'),
    defaults: CallDefaults.partial()
      .optional()
      .describe('What holds where the graph says nothing, as far as the operator changed it.'),
  }),
  'run.paused': z.object({ by: z.string().optional(), reason: z.string().optional() }),
  'run.resumed': z.object({ by: z.string().optional() }),
  'run.canceled': z.object({ by: z.string().optional(), reason: z.string().optional() }),
  'run.finished': z.object({
    verdict: RunVerdict,
    output: Json,
    digest: Digest,
    verdictDigest: Digest,
    reason: EndReason,
    memory: JsonObject.optional().describe('What agents remember in the end.'),
  }),
  'run.claimed': z.object({ worker: z.string() }),
  'node.started': z.object({ type: z.string() }),
  'node.finished': z.object({ output: Json, text: z.string() }),
  'node.skipped': z.object({ reason: z.enum(['join', 'when', 'handoff']) }),
  'node.errored': z.object({ error: StepError }),
  'model.requested': z.object({
    target: JournalTarget,
    model: z.string(),
    messagesAdded: z.array(ChatMessage).describe('What this turn adds to the conversation.'),
    params: ModelParams,
  }),
  'model.responded': z.object({
    content: z.string().nullable(),
    toolCalls: z.array(ToolCall),
    finishReason: z.string(),
    usage: Usage,
    costUsd: z.number().min(0).optional(),
    ttftMs: z.number().min(0).optional().describe('Time to the first token.'),
    raw: z.string().optional().describe('Content hash of the bytes of the provider.'),
    isUnharmed,
  }),
  'model.failed': z.object({
    error: StepError,
    retryable: z.boolean(),
    retryAfterMs: z.number().min(0).optional().describe('What the provider asks to be waited.'),
  }),
  'provider.switched': z.object({ from: JournalTarget, to: JournalTarget.nullable(), reason: z.string() }),
  'tool.called': z.object({ tool: z.string(), args: z.union([JsonObject, z.string()]), turn: z.int() }),
  'tool.returned': z.object({ tool: z.string(), result: Json, isUnharmed }),
  'tool.failed': z.object({
    tool: z.string(),
    error: StepError,
    retryable: z.boolean().optional().describe('False for a call that is not to be sent again.'),
    retryAfterMs: z.number().min(0).optional().describe('What the tool asks to be waited.'),
  }),
  handoff: z.object({ from: z.string(), to: z.string(), message: z.string() }),
  'human.requested': z.object({
    prompt: z.string(),
    form: JsonSchema.optional().describe('What the person is to give, as JSON Schema.'),
    approvers: z.array(z.string()).optional(),
  }),
  'human.decided': z.object({
    decision: z.enum(['approve', 'modify', 'reject']),
    value: Json.optional(),
    by: z.string(),
    reason: z.string(),
  }),
  'timer.set': z.object({ durationMs: z.number() }),
  'timer.fired': z.object({}),
  'random.seeded': z.object({ seed: z.int() }),
  'branch.taken': z.object({ name: z.string() }),
  'race.won': z.object({ winner: z.string() }),
  'chaos.injected': z.object({ rule: z.string(), fault: z.string(), on: z.string() }),
  'assertion.evaluated': AssertionEvaluated,
  'contract.violated': ContractViolated,
  'budget.exceeded': z.object({
    limit: z.enum(['maxCostUsd', 'maxTokens', 'maxDuration', 'maxTurns']),
    max: z.number(),
    used: z.number(),
  }),
  'governance.redacted': z.object({ count: z.int() }),
  'governance.blocked': z.object({ reason: z.string() }),
  'fork.base': ForkBase,
  log: z.object({ level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() }),
} as const satisfies Record<EventType, z.ZodType>;

export const EventType = z.enum(EVENT_TYPES).meta({ id: 'EventType' });
export type EventType = z.infer<typeof EventType>;
export type EventData<T extends EventType = EventType> = z.infer<(typeof EVENT_DATA)[T]>;

/** What the column of a seq holds; far more events than a run may have. */
export const MAX_SEQ = 2_147_483_647;

const envelope = {
  v: z.literal(JOURNAL_VERSION),
  runId: z.string(),
  seq: z.int().min(1).describe('1, 2, 3 … in order of arrival, without a gap.'),
  lane: z.string().describe('One execution of a node; `run` for the run itself, `verdict` for checks.'),
  key: z.string().describe('Where in the graph: `handle/turn[2]/tool#0`.'),
  attempt: z.int().min(1),
  inDigest: Digest.optional().describe('Of what was asked.'),
  at: Instant,
  epoch: z.int().min(0),
  prev: Digest,
  digest: Digest,
};

/** An event of a journal, whatever its type. */
export const JournalEvent = z
  .object({ ...envelope, type: EventType, data: JsonObject })
  .superRefine((event, context) => {
    const parsed = EVENT_DATA[event.type].safeParse(event.data);
    for (const issue of parsed.error?.issues ?? [])
      context.addIssue({ code: 'custom', message: issue.message, path: ['data', ...issue.path] });
  })
  .meta({ id: 'JournalEvent' });

/** True only of what {@link JournalEvent} takes; where it is false, that says why. */
export function isJournalEvent(value: unknown): value is JournalEvent {
  if (!(isEnvelope ??= fitsOf(z.object({ ...envelope, type: EventType, data: JsonObject })))(value))
    return false;
  const { type, data } = value as JournalEvent;
  return (dataFits[type] ??= fitsOf(EVENT_DATA[type]))(data);
}
/** Made when they are asked for: a journal holds few types. */
let isEnvelope: Fits | undefined;
const dataFits: Partial<Record<EventType, Fits>> = {};

type EventOf<T extends EventType> = {
  v: typeof JOURNAL_VERSION;
  runId: string;
  seq: number;
  lane: string;
  key: string;
  type: T;
  attempt: number;
  inDigest?: string | undefined;
  data: EventData<T>;
  at: string;
  epoch: number;
  prev: string;
  digest: string;
};
/** Narrows by `type`. */
export type JournalEvent<T extends EventType = EventType> = { [K in T]: EventOf<K> }[T];

/** Where a large payload lies: `GET /runs/{id}/blobs/{sha256}`. */
export const BlobReference = z
  .object({
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('Of the text of its JSON.'),
    bytes: z.int().min(1),
  })
  .meta({ id: 'BlobReference' });
export type BlobReference = z.infer<typeof BlobReference>;

/** An event as a list has it: what is large of it is named and not told. */
export const JournalEntry = z
  .object({
    ...envelope,
    type: EventType,
    data: JsonObject.optional().describe('Of up to 16 KiB.'),
    blob: BlobReference.optional().describe('In place of `data` that is larger.'),
  })
  .meta({ id: 'JournalEntry' });
export type JournalEntry =
  | (JournalEvent & { blob?: undefined })
  | (Omit<JournalEvent, 'data'> & { data?: undefined; blob: BlobReference });

const Redacted = z.object({
  rules: z.array(z.string()).describe('Of the profile.'),
  masked: z
    .record(z.string(), z.int())
    .describe('How often a mask stands in the events, by the name of what it hides.'),
});

/** The first line of each run in a cassette file. */
export const CassetteHeader = z
  .object({
    rehearse: z.literal('cassette/v1'),
    runId: z.string(),
    graph: z.object({
      name: z.string(),
      digest: Digest,
      source: z.string().optional().describe('The YAML; given once for each digest of a file.'),
      base: Digest.optional().describe(
        'The graph whose matrix made this one; source and files are given once for it.',
      ),
      ...Enclosures.shape,
    }),
    matrix: JsonObject.optional().describe('The values that the matrix gave this run, by their paths.'),
    caseId: z.string().nullable(),
    repeat: z.int().min(0),
    seed: z.int().min(0).max(0xffff_ffff),
    redaction: z
      .string()
      .nullable()
      .describe('The profile that redacted the payloads; null: nobody says that anything was.'),
    redacted: Redacted.optional().describe('What the profile did in this run.'),
  })
  .meta({ id: 'CassetteHeader' });
export type CassetteHeader = z.infer<typeof CassetteHeader>;

export const readCassetteHeader = readerOf(CassetteHeader);
