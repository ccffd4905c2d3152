import { z } from 'zod';
import { Diagnostic } from './diagnostics.js';
import { Matrix, Repeat } from './format/graph-document.js';
import { ExperimentId, Instant, RunId } from './ids.js';
import { JsonObject } from './json.js';
import { RunVerdict } from './journal.js';
import { page } from './paging.js';
import { RunStatus } from './runs.js';

export const CreateExperimentRequest = z
  .strictObject({
    graph: z.string(),
    cases: z.array(z.string()).min(1).optional(),
    dataset: z
      .string()
      .optional()
      .describe('Only the rows of this data set of the graph, by its path there.'),
    matrix: Matrix.optional().describe('In place of the matrix of the graph.'),
    repeat: z
      .union([z.int().min(1).max(1_000), Repeat])
      .optional()
      .describe('Repeats of each case, and how many of them must pass; default: of the case, else 1.'),
    chaos: z
      .union([z.string(), z.array(z.string().nullable()).min(1).max(16)])
      .optional()
      .describe('A profile, or several, each of which all cases run under; null: without faults.'),
    concurrency: z.int().min(1).max(64).optional(),
    label: z.string().max(200).optional(),
    baseline: z.string().optional().describe('The id of an experiment of the same graph.'),
    seed: z.int().min(0).max(0xffff_ffff).optional(),
    live: z.boolean().optional(),
    offline: z.boolean().optional(),
  })
  .meta({ id: 'CreateExperimentRequest' });
export type CreateExperimentRequest = z.infer<typeof CreateExperimentRequest>;

const EXPERIMENT_ACTIONS = ['pause', 'resume', 'stop'] as const;

export const ExperimentControlRequest = z
  .strictObject({
    action: z.enum(EXPERIMENT_ACTIONS).optional(),
    concurrency: z
      .int()
      .min(1)
      .max(64)
      .optional()
      .describe('How many runs may be driven at once from now on.'),
  })
  .refine(({ action, concurrency }) => action !== undefined || concurrency !== undefined, {
    error: 'give an action, a concurrency or both',
  })
  .meta({ id: 'ExperimentControlRequest' });
export type ExperimentControlRequest = z.infer<typeof ExperimentControlRequest>;

/** A share with its 95 % Wilson interval (E. B. Wilson, JASA 1927). */
export const Proportion = z
  .object({ estimate: z.number().nullable(), low: z.number(), high: z.number(), n: z.int() })
  .meta({ id: 'Proportion' });
export type Proportion = z.infer<typeof Proportion>;

export const ExperimentCase = z
  .object({
    caseId: z.string(),
    matrix: JsonObject.optional().describe('The values of its cell, where there is a matrix.'),
    chaos: z.string().optional().describe('The profile of faults that it ran under.'),
    passed: z.int(),
    scored: z.int().describe('Passed or failed.'),
    total: z.int(),
    minPass: z.int().nullable(),
    verdict: RunVerdict.nullable(),
    isFlaky: z.boolean().describe('Some repeats passed and some failed.'),
    runs: z.array(
      z.object({
        id: z.string(),
        repeat: z.int(),
        status: RunStatus,
        verdict: RunVerdict.nullable(),
        durationMs: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'ExperimentCase' });
export type ExperimentCase = z.infer<typeof ExperimentCase>;

const summary = {
  id: ExperimentId,
  label: z.string(),
  kind: z.enum(['execution', 'import']),
  graph: z.string(),
  graphVersion: z.int(),
  baseline: ExperimentId.nullable().describe('The experiment that it is to be compared with.'),
  status: z
    .enum(['running', 'paused', 'finished'])
    .describe('Paused: none of its runs is queued or running.'),
  concurrency: z.int().describe('How many of its runs may be driven at once.'),
  progress: z.object({
    total: z.int(),
    finished: z.int(),
    passed: z.int(),
    failed: z.int(),
    errored: z.int(),
    inconclusive: z.int(),
    canceled: z.int(),
    paused: z.int(),
  }),
  passRate: Proportion,
  createdAt: Instant,
  finishedAt: Instant.nullable(),
};
export const ExperimentSummary = z.object(summary).meta({ id: 'ExperimentSummary' });
export type ExperimentSummary = z.infer<typeof ExperimentSummary>;

export const ExperimentView = z
  .object({
    ...summary,
    passHatK: z
      .array(z.number().nullable())
      .describe('[pass^1, pass^2, …], unrounded; null where no case has k scored repeats.'),
    cases: z.array(ExperimentCase),
    usage: z.object({ inputTokens: z.int(), outputTokens: z.int(), totalTokens: z.int() }),
    costUsd: z.number(),
  })
  .meta({ id: 'ExperimentView' });
export type ExperimentView = z.infer<typeof ExperimentView>;

export const ExperimentEnvelope = z.object({ experiment: ExperimentView }).meta({ id: 'ExperimentEnvelope' });
/** Each run tells by its own event when it took effect. */
export const ExperimentControlAnswer = z
  .object({ experiment: ExperimentView, requested: z.enum([...EXPERIMENT_ACTIONS, 'concurrency']) })
  .meta({ id: 'ExperimentControlAnswer' });
export type ExperimentControlAnswer = z.infer<typeof ExperimentControlAnswer>;

export const ExperimentRetryAnswer = z
  .object({ experiment: ExperimentView, runs: z.array(RunId).describe('The runs that were made.') })
  .meta({ id: 'ExperimentRetryAnswer' });
export type ExperimentRetryAnswer = z.infer<typeof ExperimentRetryAnswer>;

export const ExperimentPage = page(ExperimentSummary).meta({ id: 'ExperimentPage' });

export const TRAJECTORY_FORMATS = ['tau-bench', 'openai'] as const;
export const TrajectoryFormat = z.enum(TRAJECTORY_FORMATS);
export type TrajectoryFormat = z.infer<typeof TrajectoryFormat>;

export const ImportAnswer = z
  .object({
    experiment: ExperimentView,
    existing: z.boolean().describe('The same file was imported before: nothing was added.'),
    diagnostics: z.array(Diagnostic),
  })
  .meta({ id: 'ImportAnswer' });
export type ImportAnswer = z.infer<typeof ImportAnswer>;
