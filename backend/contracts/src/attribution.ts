import { z } from 'zod';
import { ExperimentSummary, Proportion } from './experiments.js';
import { ExperimentId } from './ids.js';
import { JsonObject } from './json.js';

/** Who may have made a verdict vary, from the inside out: each stands on what those behind it gave. */
export const FLAKE_SOURCES = ['judge', 'model', 'tools', 'environment'] as const;
export const FlakeSource = z.enum(FLAKE_SOURCES).meta({ id: 'FlakeSource' });
export type FlakeSource = z.infer<typeof FlakeSource>;

const Range = z
  .object({ estimate: z.number(), low: z.number(), high: z.number() })
  .meta({ id: 'EstimatedRange', description: 'With its 95 % interval.' });

export const AttributedPart = z
  .object({
    source: FlakeSource,
    isPresent: z
      .boolean()
      .describe('Whether the runs ask it at all; of the environment, whether a case has two runs.'),
    reruns: z.int().describe('With it let loose; of the environment the runs of the experiment.'),
    moved: Proportion.describe('In how many of them something came out differently than in the tape.'),
    variance: Range.nullable().describe(
      'That it adds to the verdict of a case; null where it cannot be told.',
    ),
    share: Range.nullable().describe('Of the variance of the verdict; null where nothing varies.'),
  })
  .meta({ id: 'AttributedPart' });
export type AttributedPart = z.infer<typeof AttributedPart>;

export const AttributedCase = z
  .object({
    caseId: z.string(),
    matrix: JsonObject.optional(),
    chaos: z.string().optional(),
    passed: z.int().describe('Of the runs and reruns of the case.'),
    scored: z.int(),
    variance: z.number().nullable().describe('Of its verdict; null where it has no two scored runs.'),
    carrier: FlakeSource.nullable().describe('Who carries most of it; null where nothing varies.'),
  })
  .meta({ id: 'AttributedCase' });
export type AttributedCase = z.infer<typeof AttributedCase>;

/** The variance of the verdict within a case, by who carries it. */
export const Attribution = z
  .object({
    flakes: z
      .boolean()
      .nullable()
      .describe('Whether a verdict varied within a case; null: nothing was scored twice.'),
    cases: z.int(),
    flakyCases: z.int(),
    scored: z.int().describe('Runs and reruns that passed or failed.'),
    unscored: z.int().describe('Those that errored, were inconclusive, or would have had a side effect.'),
    variance: Range.nullable(),
    parts: z.array(AttributedPart).describe('Of judge, model, tools and environment, in this order.'),
    byCase: z.array(AttributedCase).describe('Those that vary most first.'),
  })
  .meta({ id: 'Attribution' });
export type Attribution = z.infer<typeof Attribution>;

export const MAX_RERUNS = 100;

export const AttributeRequest = z
  .strictObject({
    repeats: z
      .int()
      .min(2)
      .max(MAX_RERUNS)
      .default(5)
      .describe('Reruns of each tape with each part of the world let loose.'),
    tapes: z.int().min(1).max(20).default(3).describe('Runs of each case that are taken as tapes.'),
    maxCostUsd: z.number().positive().optional().describe('No rerun begins that may cost more in all.'),
    concurrency: z.int().min(1).max(64).optional(),
    seed: z.int().min(0).max(0xffff_ffff).default(1),
  })
  .meta({ id: 'AttributeRequest' });
export type AttributeRequest = z.infer<typeof AttributeRequest>;

/** Its reruns are the runs of an experiment of their own, which has its id. */
export const AttributionView = ExperimentSummary.extend({
  of: ExperimentId.describe('The experiment whose verdicts are looked into.'),
  repeats: z.int(),
  estimateUsd: z
    .number()
    .nullable()
    .describe('By what the tapes cost; null where the price of a model is not known.'),
  spentUsd: z.number().nullable().describe('So far.'),
  maxCostUsd: z.number().nullable(),
  isCutShort: z.boolean().describe('Reruns were left out, for they might have cost more than may be spent.'),
  result: Attribution.describe('As far as the reruns have ended.'),
}).meta({ id: 'AttributionView' });
export type AttributionView = z.infer<typeof AttributionView>;

export const AttributionEnvelope = z
  .object({ attribution: AttributionView })
  .meta({ id: 'AttributionEnvelope' });
export type AttributionEnvelope = z.infer<typeof AttributionEnvelope>;

export const AttributionList = z
  .object({ items: z.array(AttributionView.omit({ result: true })).describe('Newest first; at most 50.') })
  .meta({ id: 'AttributionList' });
export type AttributionList = z.infer<typeof AttributionList>;
