import { z } from 'zod';
import { DIFF_CHANGES } from './diff.js';
import { Assertions } from './format/assertions.js';
import { ChaosFaultSpec, ChaosRule, ContractSpec } from './format/trajectory.js';
import { Json, JsonObject } from './json.js';
import { Hold, JournalEvent, MAX_SEQ, RunVerdict } from './journal.js';
import { AssertionView, ContractView, RunSummary, RunView } from './runs.js';

export const REPLAY_MODES = ['strict', 'regrade', 'compare', 'fork', 'chaos'] as const;

const judges = z
  .enum(['held', 'live'])
  .default('held')
  .describe('Held: a judge says what it said, as far as it was asked the same. Live: it is asked anew.');

const seq = z.int().min(1).max(MAX_SEQ);

const wait = z
  .int()
  .min(0)
  .max(600_000)
  .optional()
  .describe('Milliseconds until the answer comes though the run goes on; default 60,000.');

export const ReplayRequest = z
  .discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('strict').optional() }),
    z.strictObject({
      mode: z.literal('regrade'),
      assert: Assertions.optional().describe('In place of those of the graph.'),
      contracts: z.array(ContractSpec).optional().describe('In place of those of the graph.'),
      judges,
    }),
    z.strictObject({
      mode: z.literal('compare'),
      graphVersion: z
        .union([z.int().min(1), z.string()])
        .describe('Of the same graph: its number or digest.'),
    }),
    z.strictObject({
      mode: z.literal('fork'),
      fromSeq: seq.describe('The last event that is taken over.'),
      edits: z
        .array(
          z.strictObject({
            seq,
            content: z.string().optional().describe('The text that is answered there instead.'),
            data: JsonObject.optional().describe('Members of the payload that stand there instead.'),
          }),
        )
        .max(100)
        .optional(),
      vars: JsonObject.optional(),
      wait,
    }),
    z.strictObject({
      mode: z.literal('chaos'),
      at: z.union([
        z.strictObject({
          on: ChaosRule.shape.on.describe('`tool:page`, `llm:ask`'),
          nth: z.int().min(1).max(MAX_SEQ).default(1).describe('Of these calls in the recording.'),
        }),
        z.strictObject({ seq }),
      ]),
      fault: ChaosFaultSpec,
      wait,
    }),
  ])
  .meta({ id: 'ReplayRequest' });
export type ReplayRequest = z.infer<typeof ReplayRequest>;

export const ReplayQuery = z.strictObject({
  all: z.enum(['true', 'false']).optional().describe('Of a comparison: requests that are the same, too.'),
});
export type ReplayQuery = z.infer<typeof ReplayQuery>;

export const RunControlRequest = z
  .strictObject({
    action: z.enum(['pause', 'resume', 'stop', 'replay']),
    reason: z.string().max(4_000).optional().describe('Of a pause or a stop; the journal tells it.'),
  })
  .meta({ id: 'RunControlRequest' });
export type RunControlRequest = z.infer<typeof RunControlRequest>;

export const DecisionRequest = z
  .strictObject({
    key: z.string().describe('Of `waitingFor`.'),
    decision: z.enum(['approve', 'modify', 'reject']),
    value: Json.optional().describe('What the form asks for.'),
    reason: z.string().max(4_000),
  })
  .meta({ id: 'DecisionRequest' });
export type DecisionRequest = z.infer<typeof DecisionRequest>;

export const DIVERGENCE_KINDS = [
  'input_changed',
  'unexpected_effect',
  'missing_effect',
  'control_flow',
  'chain_broken',
  'environment',
] as const;

/** One difference between two JSON values, by JSON pointer (RFC 6901). */
export const JsonChange = z
  .object({ pointer: z.string(), expected: Json.optional(), actual: Json.optional() })
  .meta({ id: 'JsonChange', description: 'A side that is absent has no such member.' });
export type JsonChange = z.infer<typeof JsonChange>;

/** The first difference, in graph order, between a recording and its replay. */
export const Divergence = z
  .object({
    seq: z.int().nullable().describe('In the recording; null for an event that it does not have.'),
    key: z.string(),
    lane: z.string(),
    kind: z.enum(DIVERGENCE_KINDS),
    message: z.string(),
    expected: Json,
    actual: Json,
    inputDiff: z.array(JsonChange),
    firstSeenAt: z
      .object({ seq: z.int(), key: z.string() })
      .nullable()
      .describe('The upstream event where the changed value first appeared.'),
    before: z.array(JournalEvent).describe('The last five events that matched.'),
    versions: z.object({
      graph: z.object({ expected: z.string(), actual: z.string() }),
      engine: z.string(),
      prompt: z.object({ expected: z.string().nullable(), actual: z.string().nullable() }),
    }),
  })
  .meta({ id: 'Divergence' });
export type Divergence = z.infer<typeof Divergence>;

/** A request of a run beside that of another version of its graph. */
export const RequestChange = z
  .object({
    key: z.string(),
    attempt: z.int(),
    kind: z.enum(['model', 'tool']),
    change: z.enum(DIFF_CHANGES),
    seq: z.int().nullable().describe('In the recording; null for a request that is added.'),
    from: z.string().optional().describe('Where it was recorded, when it moved.'),
    answer: z
      .enum(['tape', 'none'])
      .describe('A changed request got the answer of its place, so that what comes behind it was compared.'),
    inputDiff: z.array(JsonChange).optional(),
  })
  .meta({ id: 'RequestChange' });
export type RequestChange = z.infer<typeof RequestChange>;

export const AnswerOrigin = z
  .object({ seq: z.int(), key: z.string(), type: z.string(), from: z.enum(['tape', 'live']) })
  .meta({ id: 'AnswerOrigin' });
export type AnswerOrigin = z.infer<typeof AnswerOrigin>;

const answers = z
  .object({ tape: z.int(), live: z.int() })
  .describe('How many answers came from the recording, and how many were had anew.');

/** Where the answers of a run came from, so far. */
export const RunOrigins = z
  .object({
    runId: z.string(),
    parent: z
      .object({ runId: z.string(), fromSeq: z.int(), copied: z.int() })
      .nullable()
      .describe('Of fork and chaos; `copied` events are as they were, but for the edits.'),
    answers,
    costUsd: z.number().describe('Of what was had anew.'),
    origins: z.array(AnswerOrigin),
  })
  .meta({ id: 'RunOrigins' });
export type RunOrigins = z.infer<typeof RunOrigins>;

export const ReplayAnswer = z
  .object({
    run: RunSummary.describe('Of fork and chaos the run that was made, else the one that was recorded.'),
    mode: z.enum(REPLAY_MODES),
    identical: z.boolean().describe('Both digests are those of the recording.'),
    reexecuted: z.boolean().describe('False for an imported recording: chains and fold were verified.'),
    digest: z.string(),
    verdictDigest: z.string(),
    divergence: Divergence.optional(),
    answers,
    costUsd: z.number().describe('Of what was had anew.'),
    verdict: RunVerdict.nullable().optional().describe('Of regrade, fork and chaos; null while it goes on.'),
    recordedVerdict: RunVerdict.nullable().optional(),
    assertions: z.array(AssertionView).optional().describe('Of regrade.'),
    contracts: z.array(ContractView).optional().describe('Of regrade.'),
    requests: z.array(RequestChange).optional().describe('Of compare.'),
    unreached: z
      .array(z.string())
      .optional()
      .describe('Of compare: recorded requests behind one that the tape has no answer to.'),
    parent: z
      .object({ runId: z.string(), fromSeq: z.int(), copied: z.int() })
      .optional()
      .describe('Of fork and chaos; `copied` events are as they were, but for the edits.'),
    origins: z.array(AnswerOrigin).optional().describe('Of fork and chaos: where each answer came from.'),
  })
  .meta({ id: 'ReplayAnswer' });
export type ReplayAnswer = z.infer<typeof ReplayAnswer>;

export const ForkView = z
  .object({
    run: RunSummary,
    depth: z.int().describe('0 for the run that all others come from.'),
    parent: z.object({ runId: z.string(), fromSeq: z.int() }).nullable(),
    edits: z.array(z.object({ seq: z.int(), data: JsonObject })),
    fault: z
      .object({ key: z.string(), attempt: z.int(), on: z.string(), fault: ChaosFaultSpec })
      .optional()
      .describe('What chaos did to one call.'),
    hold: Hold.optional().describe('Of a rerun: what its parent answers, whenever the same is asked.'),
  })
  .meta({ id: 'ForkView' });
export type ForkView = z.infer<typeof ForkView>;

/** All runs that come from one, each behind the one that it was forked from. */
export const ForkTree = z
  .object({ root: z.string(), items: z.array(ForkView).describe('At most 500.') })
  .meta({ id: 'ForkTree' });
export type ForkTree = z.infer<typeof ForkTree>;

/** The event `run.paused`, `run.resumed` or `run.canceled` tells when it took effect. */
export const RunControlAnswer = z
  .object({
    run: RunView,
    requested: RunControlRequest.shape.action,
    replay: ReplayAnswer.optional().describe('Of `replay`, which is strict.'),
  })
  .meta({ id: 'RunControlAnswer' });
export type RunControlAnswer = z.infer<typeof RunControlAnswer>;
