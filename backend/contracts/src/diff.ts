import { z } from 'zod';
import { Instant } from './ids.js';
import { Json } from './json.js';
import { CheckVerdict, MAX_SEQ, RunVerdict } from './journal.js';
import { RunStatus } from './runs.js';

export const DIFF_CHANGES = ['same', 'changed', 'added', 'removed', 'moved'] as const;

/** What may differ between two runs of the same: each is masked before they are compared. */
export const NORMALISERS = ['ids', 'times'] as const;
export const Normaliser = z.enum(NORMALISERS).meta({ id: 'Normaliser' });
export type Normaliser = z.infer<typeof Normaliser>;

/** What is masked by the word of `ignore`, which may also list normalisers with commas; null when one is unknown. */
export function normalisersOf(ignore: string): Normaliser[] | null {
  if (ignore === 'volatile') return [...NORMALISERS];
  if (ignore === 'none') return [];
  const names = z.array(Normaliser).safeParse(ignore.split(',').map((name) => name.trim()));
  return names.success ? [...new Set(names.data)] : null;
}

const ignore = z
  .string()
  .default('volatile')
  .refine((text) => normalisersOf(text) !== null, {
    error: `Give volatile, none, or some of ${NORMALISERS.join(', ')}, with commas between them.`,
  })
  .describe('What is masked before the runs are compared: `volatile` (all), `none`, or `ids`, `times`.');

export const DIFF_CONTENTS = ['all', 'none'] as const;

export const RunDiffQuery = z.strictObject({
  ignore,
  contents: z
    .enum(DIFF_CONTENTS)
    .default('all')
    .describe('`none`: steps without `content`, `text` and `json`, which `…/step` has one by one.'),
});
export type RunDiffQuery = z.infer<typeof RunDiffQuery>;

const seq = z.coerce.number().int().min(1).max(MAX_SEQ).optional();

export const RunDiffStepQuery = z
  .strictObject({
    seqA: seq.describe('The `seq` of the step in a; absent where a has none.'),
    seqB: seq.describe('The `seq` of the step in b; absent where b has none.'),
    ignore,
  })
  .refine(({ seqA, seqB }) => seqA !== undefined || seqB !== undefined, {
    error: 'Give the seq of a step in one of the runs, or in both.',
    path: ['seqA'],
  });
export type RunDiffStepQuery = z.infer<typeof RunDiffStepQuery>;

/** A step of one of the runs: its start or end, a node, a call of a model, a call of a tool. */
export const RunDiffSide = z
  .object({
    key: z.string(),
    seq: z.int(),
    attempt: z.int(),
    type: z.enum(['run', 'node', 'model', 'tool']),
    label: z.string().describe('The type of the node, the model, the tool; `start` or `end` of the run.'),
    content: Json.optional().describe(
      'What was asked and answered, unmasked; absent in a step that is the same.',
    ),
  })
  .meta({ id: 'RunDiffSide' });
export type RunDiffSide = z.infer<typeof RunDiffSide>;

export const RunDiffChange = z.object({ pointer: z.string(), a: Json.optional(), b: Json.optional() }).meta({
  id: 'RunDiffChange',
  description:
    'A place in `content` (RFC 6901), as it was compared: masked. A side that has no such place is absent.',
});
export type RunDiffChange = z.infer<typeof RunDiffChange>;

export const RunDiffText = z
  .object({
    pointer: z.string(),
    words: z.array(z.object({ change: z.enum(['same', 'added', 'removed']), text: z.string() })),
  })
  .meta({ id: 'RunDiffText', description: 'A text that differs, word by word.' });
export type RunDiffText = z.infer<typeof RunDiffText>;

export const RunDiffStep = z
  .object({
    key: z.string().describe('In b; of a removed step in a.'),
    change: z
      .enum(DIFF_CHANGES)
      .describe('`moved`: the same at another key. A changed step may have moved, too.'),
    a: RunDiffSide.nullable(),
    b: RunDiffSide.nullable(),
    text: z.array(RunDiffText).optional(),
    json: z.array(RunDiffChange).optional().describe('At most 100 places.'),
    masked: z.int().optional().describe('How much was masked, on both sides; only where they differ.'),
  })
  .meta({ id: 'RunDiffStep' });
export type RunDiffStep = z.infer<typeof RunDiffStep>;

export const CHECK_FLIPS = ['none', 'regressed', 'fixed', 'changed', 'added', 'removed'] as const;

const side = z
  .object({ verdict: CheckVerdict, score: z.number(), reason: z.string(), seq: z.int() })
  .nullable();

export const CheckDiff = z
  .object({
    id: z.string(),
    type: z.string(),
    a: side,
    b: side,
    flip: z
      .enum(CHECK_FLIPS)
      .describe('`regressed`: passed in a, failed in b. `changed`: one of them could not be told.'),
  })
  .meta({ id: 'CheckDiff' });
export type CheckDiff = z.infer<typeof CheckDiff>;

export const DIFF_KINDS = [
  'input_changed',
  'outcome_changed',
  'unexpected_effect',
  'missing_effect',
  'control_flow',
  'check_flipped',
] as const;

const total = z.object({ a: z.number().nullable(), b: z.number().nullable(), delta: z.number().nullable() });
export const RunDiffTotal = total.meta({ id: 'RunDiffTotal', description: '`delta` is b less a.' });
export type RunDiffTotal = z.infer<typeof RunDiffTotal>;

const run = z.object({
  runId: z.string(),
  graph: z.string(),
  graphDigest: z.string(),
  caseId: z.string().nullable(),
  repeat: z.int(),
  seed: z.int(),
  status: RunStatus,
  verdict: RunVerdict.nullable(),
  startedAt: Instant.nullable(),
  lastSeq: z.int(),
  digest: z.string().nullable(),
  verdictDigest: z.string().nullable(),
});

export const RunDiff = z
  .object({
    identical: z.boolean().describe('No step and no check differs, but for what is masked and measured.'),
    firstDivergence: z
      .object({
        key: z.string(),
        seqA: z.int().nullable(),
        seqB: z.int().nullable(),
        kind: z.enum(DIFF_KINDS),
        pointer: z.string().optional().describe('The place in `content` that differs.'),
        a: Json,
        b: Json,
      })
      .nullable(),
    steps: z.array(RunDiffStep).describe('In the order of a; those of b alone stand where they came.'),
    assertions: z.array(CheckDiff),
    contracts: z.array(CheckDiff).describe('Those that were broken in one of the runs; null: it held.'),
    totals: z.object({ durationMs: RunDiffTotal, costUsd: RunDiffTotal, tokens: RunDiffTotal }),
    masks: z
      .array(z.object({ name: Normaliser, count: z.int() }))
      .describe('What was masked in steps that differ, and how often.'),
    runs: z.object({ a: run, b: run }),
  })
  .meta({ id: 'RunDiff' });
export type RunDiff = z.infer<typeof RunDiff>;
