import { z } from 'zod';
import { RunSummary, RunView } from './runs.js';
import { Json } from './json.js';
import { JournalEvent } from './journal.js';

export const REPLAY_MODES = ['strict', 'regrade', 'compare', 'fork', 'chaos'] as const;

export const ReplayRequest = z
  .strictObject({ mode: z.enum(REPLAY_MODES).default('strict') })
  .meta({ id: 'ReplayRequest' });
export type ReplayRequest = z.infer<typeof ReplayRequest>;

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

export const ReplayAnswer = z
  .object({
    run: RunSummary,
    mode: z.enum(REPLAY_MODES),
    identical: z.boolean(),
    reexecuted: z.boolean().describe('False for an imported recording: chains and fold were verified.'),
    digest: z.string(),
    verdictDigest: z.string(),
    divergence: Divergence.optional(),
  })
  .meta({ id: 'ReplayAnswer' });
export type ReplayAnswer = z.infer<typeof ReplayAnswer>;

/** The event `run.paused`, `run.resumed` or `run.canceled` tells when it took effect. */
export const RunControlAnswer = z
  .object({
    run: RunView,
    requested: RunControlRequest.shape.action,
    replay: ReplayAnswer.optional().describe('Of `replay`, which is strict.'),
  })
  .meta({ id: 'RunControlAnswer' });
export type RunControlAnswer = z.infer<typeof RunControlAnswer>;
