import { z } from 'zod';
import { Diagnostic } from './diagnostics.js';
import { Matrix, Repeat } from './format/graph-document.js';
import { ExperimentId, Instant, RunId } from './ids.js';
import { JsonObject } from './json.js';
import { RunVerdict } from './journal.js';
import { page, PageQuery } from './paging.js';
import { ReplayAnswer } from './qa.js';
import { RunStatus } from './runs.js';

const OF_ONE_GRAPH = ['dataset', 'matrix', 'baseline'] as const;

export const CreateExperimentRequest = z
  .strictObject({
    graph: z.string().optional(),
    suite: z
      .string()
      .optional()
      .describe('In place of a graph: its name, or name@version. Each of its graphs is an experiment.'),
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
    baseline: z
      .string()
      .optional()
      .describe('The id of an experiment of the same graph, or the name of a pinned baseline.'),
    seed: z.int().min(0).max(0xffff_ffff).optional(),
    live: z.boolean().optional(),
    offline: z.boolean().optional(),
  })
  .refine(({ graph, suite }) => (graph === undefined) !== (suite === undefined), {
    error: 'give a graph or a suite',
  })
  .refine(({ suite, ...one }) => suite === undefined || OF_ONE_GRAPH.every((key) => one[key] === undefined), {
    error: `${OF_ONE_GRAPH.join(', ')} are of one graph: give it instead of the suite`,
  })
  .meta({ id: 'CreateExperimentRequest' });
export type CreateExperimentRequest = z.infer<typeof CreateExperimentRequest>;

const EXPERIMENT_ACTIONS = ['pause', 'resume', 'stop', 'replay'] as const;

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
  .refine(({ action, concurrency }) => action !== 'replay' || concurrency === undefined, {
    error: 'runs that have ended are replayed; a concurrency is of those that go on',
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
  suite: z
    .object({ name: z.string(), version: z.int() })
    .nullable()
    .describe('The suite that it was made of; the settings of it are in the graph.'),
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
    costUsd: z.number().nullable().describe('Null where the cost of one of its runs is not known.'),
  })
  .meta({ id: 'ExperimentView' });
export type ExperimentView = z.infer<typeof ExperimentView>;

const range = z.object({ estimate: z.number(), low: z.number(), high: z.number() });

const tested = {
  p: z.number().describe('Two-sided.'),
  pAdjusted: z.number().describe('After Holm, over the tests of this comparison.'),
};

/** Whether values tend to be greater in the candidate; each case counts once, by the median of its runs. */
export const ShiftTest = z
  .object({
    cases: z.int(),
    baselineMedian: z.number(),
    candidateMedian: z.number(),
    shift: z.number().describe('Candidate less baseline: Hodges and Lehmann.'),
    shiftRatio: z.number().nullable().describe('By the median of the baseline.'),
    a12: z.number().describe('How often a case of the candidate is the greater one.'),
    ...tested,
    method: z.enum(['exact', 'normal']).describe('Of Mann and Whitney.'),
    sampled: z.boolean().describe('Of many cases, evenly spaced ones.'),
  })
  .meta({ id: 'ShiftTest' });
export type ShiftTest = z.infer<typeof ShiftTest>;

export const CASE_CHANGES = ['regressed', 'improved', 'same', 'undecided', 'added', 'removed'] as const;

/** All repeats of a case on one side. */
export const ComparedCell = z
  .object({
    verdict: RunVerdict.nullable(),
    passed: z.int(),
    scored: z.int(),
    total: z.int(),
    isFlaky: z.boolean(),
    medianDurationMs: z.number().nullable(),
    medianCostUsd: z.number().nullable(),
    runs: z.array(z.object({ id: z.string(), repeat: z.int(), verdict: RunVerdict.nullable() })),
  })
  .meta({ id: 'ComparedCell' });
export type ComparedCell = z.infer<typeof ComparedCell>;

export const ComparedCase = z
  .object({
    caseId: z.string(),
    matrix: JsonObject.optional(),
    chaos: z.string().optional(),
    change: z
      .enum(CASE_CHANGES)
      .describe('By the verdicts of the case. Undecided: one of them is neither passed nor failed.'),
    difference: z.number().nullable().describe('Of the shares that passed, candidate less baseline.'),
    isFlaky: z.boolean().describe('Some runs passed and some failed on one graph digest.'),
    baseline: ComparedCell.nullable(),
    candidate: ComparedCell.nullable(),
  })
  .meta({ id: 'ComparedCase' });
export type ComparedCase = z.infer<typeof ComparedCase>;

export const ExperimentComparison = z
  .object({
    baseline: ExperimentSummary,
    candidate: ExperimentSummary,
    sameGraph: z.boolean().describe('Both are of one version: what differs is chance.'),
    counts: z.object({
      regressed: z.int(),
      improved: z.int(),
      same: z.int(),
      undecided: z.int(),
      added: z.int(),
      removed: z.int(),
      flaky: z.int(),
    }),
    passRate: z
      .object({
        baseline: Proportion,
        candidate: Proportion,
        difference: range.nullable().describe('Newcombe, 95 %.'),
      })
      .describe('Of the cases, by their verdicts.'),
    regression: z
      .object({
        method: z
          .enum(['mcnemar', 'sign-flip'])
          .describe('McNemar, exact, where each case ran once; else sign flips of the differences.'),
        cases: z.int().describe('Paired, and scored on both sides.'),
        meanDifference: z.number(),
        ...tested,
        isExact: z.boolean(),
      })
      .nullable()
      .describe('Null when no case is scored on both sides.'),
    latencyMs: ShiftTest.nullable(),
    costUsd: ShiftTest.nullable(),
    cases: z.array(ComparedCase).describe('Regressed ones first.'),
  })
  .meta({ id: 'ExperimentComparison' });
export type ExperimentComparison = z.infer<typeof ExperimentComparison>;

/** Not like an id, so that a baseline can be named wherever an experiment is. */
export const BaselineName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'is of small letters, digits and -, and begins with a letter')
  .refine((name) => !z.uuid().safeParse(name).success, 'looks like an id');

export const PinBaselineRequest = z
  .strictObject({ name: BaselineName.default('main') })
  .meta({ id: 'PinBaselineRequest' });
export type PinBaselineRequest = z.infer<typeof PinBaselineRequest>;

export const BaselineView = z
  .object({
    name: z.string(),
    graph: z.string(),
    experiment: ExperimentSummary,
    pinnedAt: Instant,
    pinnedBy: z.string().nullable().describe('The id of a user.'),
  })
  .meta({ id: 'BaselineView' });
export type BaselineView = z.infer<typeof BaselineView>;

export const BaselineEnvelope = z
  .object({ baseline: BaselineView, replaced: ExperimentId.nullable() })
  .meta({ id: 'BaselineEnvelope' });
export const BaselineList = z.object({ items: z.array(BaselineView) }).meta({ id: 'BaselineList' });
export const BaselineQuery = z.strictObject({ graph: z.string().optional().describe('Its name.') });
export type BaselineQuery = z.infer<typeof BaselineQuery>;

/** `experiments` has those of all graphs of a suite, the first of which is `experiment`. */
export const ExperimentEnvelope = z
  .object({ experiment: ExperimentView, experiments: z.array(ExperimentView).optional() })
  .meta({ id: 'ExperimentEnvelope' });

/** Strict replays of the runs of an experiment that have finished. */
export const ExperimentReplay = z
  .object({
    runs: z.int().describe('That were replayed.'),
    identical: z.int(),
    diverged: z.array(ReplayAnswer).describe('The first hundred that were not identical.'),
  })
  .meta({ id: 'ExperimentReplay' });
export type ExperimentReplay = z.infer<typeof ExperimentReplay>;

/** Each run tells by its own event when it took effect. */
export const ExperimentControlAnswer = z
  .object({
    experiment: ExperimentView,
    requested: z.enum([...EXPERIMENT_ACTIONS, 'concurrency']),
    replay: ExperimentReplay.optional().describe('Of `replay`.'),
  })
  .meta({ id: 'ExperimentControlAnswer' });
export type ExperimentControlAnswer = z.infer<typeof ExperimentControlAnswer>;

export const ExperimentRetryAnswer = z
  .object({ experiment: ExperimentView, runs: z.array(RunId).describe('The runs that were made.') })
  .meta({ id: 'ExperimentRetryAnswer' });
export type ExperimentRetryAnswer = z.infer<typeof ExperimentRetryAnswer>;

export const ExperimentListQuery = PageQuery.extend({ graph: z.string().optional().describe('Its name.') });
export type ExperimentListQuery = z.infer<typeof ExperimentListQuery>;

/** What the assertions of one metric came to; those that errored have no score. */
export const ExperimentMetric = z
  .object({
    metric: z.string(),
    n: z.int().describe('Scores.'),
    cases: z.int(),
    mean: z.number().nullable(),
    low: z.number().nullable().describe('95 %, clustered by case; null with fewer than two cases.'),
    high: z.number().nullable(),
    passed: z.int(),
    failed: z.int(),
    errored: z.int(),
  })
  .meta({ id: 'ExperimentMetric' });
export type ExperimentMetric = z.infer<typeof ExperimentMetric>;

export const ExperimentMetrics = z
  .object({ items: z.array(ExperimentMetric).describe('By name.') })
  .meta({ id: 'ExperimentMetrics' });
export type ExperimentMetrics = z.infer<typeof ExperimentMetrics>;

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
