import { z } from 'zod';
import { Assertions, AssertionSpec } from './assertions.js';
import { Node } from './nodes.js';
import { MockRule, Route } from './providers.js';
import { Duration, Expression, JsonSchema, Name, Slug } from './scalars.js';
import { Tool } from './tools.js';
import { ChaosRule, ContractSpec, MetamorphicRelation } from './trajectory.js';

export const API_VERSION = 'rehearse/v1';

/** What a document may hold at most; more is a diagnostic. */
export const LIMITS = {
  documentBytes: 1_048_576,
  aliases: 100,
  depth: 64,
  nodes: 2_000,
  cases: 10_000,
  /** Of one file that a graph reads, and of all of them. */
  fileBytes: 10 * 1_048_576,
  filesBytes: 50 * 1_048_576,
  /** Combinations of a matrix. */
  cells: 256,
} as const;

export const Repeat = z
  .strictObject({ runs: z.int().min(1).max(10_000), minPass: z.int().min(0).optional() })
  .refine((repeat) => (repeat.minPass ?? 0) <= repeat.runs, { error: '`minPass` is larger than `runs`' })
  .meta({ id: 'Repeat' });
export type Repeat = z.infer<typeof Repeat>;

export const CaseId = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/, 'must be letters, digits and _.:-, at most 128');

export const InlineCase = z
  .strictObject({
    id: CaseId,
    description: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    vars: z.record(Name, z.json()).optional(),
    seed: z.int().min(0).max(0xffff_ffff).optional(),
    repeat: Repeat.optional(),
    assert: Assertions.optional(),
    memory: z.record(z.string(), z.json()).optional(),
  })
  .meta({ id: 'Case' });
export type InlineCase = z.infer<typeof InlineCase>;
/** Every row of a file is a case; what stands beside `dataset` holds for all of them. */
export const DatasetCase = z
  .strictObject({
    dataset: z
      .string()
      .min(1)
      .describe('A .csv, .json or .jsonl file beside the graph; its columns are vars.'),
    labels: z.record(z.string(), z.string()).optional(),
    vars: z.record(Name, z.json()).optional().describe('For every row; a column of the same name wins.'),
    seed: z.int().min(0).max(0xffff_ffff).optional(),
    repeat: Repeat.optional(),
    assert: Assertions.optional(),
  })
  .meta({ id: 'DatasetCase' });
export type DatasetCase = z.infer<typeof DatasetCase>;
export const CaseEntry = z.union([InlineCase, DatasetCase]);

export const Budget = z
  .strictObject({
    maxCostUsd: z.number().positive().optional(),
    maxTokens: z.int().positive().optional(),
    maxDuration: Duration.optional(),
    maxTurns: z.int().positive().optional(),
  })
  .refine(({ maxDuration = '1s' }) => Number.parseFloat(maxDuration) !== 0, {
    path: ['maxDuration'],
    error: 'must be more than 0',
  })
  .meta({ id: 'Budget' });
export type Budget = z.infer<typeof Budget>;

/** Paths into the document, each with the values that take turns there; every combination is a graph of its own. */
export const Matrix = z.record(z.string().min(1), z.array(z.json()).min(1).max(256)).meta({ id: 'Matrix' });
export type Matrix = z.infer<typeof Matrix>;

/** A behavioural graph, `rehearse/v1`. The JSON Schema that editors use is made from this. */
export const GraphDocument = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Graph'),
    name: Slug,
    description: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    inputs: JsonSchema.optional().describe('The JSON Schema of the vars of a case.'),
    providers: z.record(Name, Route).optional().describe('Routes: where models are asked.'),
    mocks: z
      .record(Name, z.array(MockRule).min(1).max(10_000))
      .optional()
      .describe('Scripts that answer in place of a model.'),
    tools: z.record(Name, Tool).optional().describe('What agents and nodes may call.'),
    nodes: z.record(Name, Node).describe('The steps; what a node mentions runs before it.'),
    contracts: z.array(ContractSpec).max(1_000).optional().describe('Rules over the whole run.'),
    output: Expression.optional().describe(
      'What the run gives, in CEL; default what the last finished leaf of the file gives.',
    ),
    assert: Assertions.optional().describe('Checks of the output of the run.'),
    assertTemplates: z
      .record(Name, AssertionSpec)
      .optional()
      .describe('Assertions that others take by `$ref`.'),
    virtualTime: z.boolean().optional().describe('Waits take no time.'),
    budget: Budget.optional().describe('What a run may take; more ends it.'),
    cases: z.array(CaseEntry).max(LIMITS.cases).optional().describe('Sets of vars; each is a run.'),
    repeat: Repeat.optional().describe('How often each case runs, and how often it has to pass.'),
    matrix: Matrix.optional(),
    chaos: z
      .record(z.string(), z.array(ChaosRule))
      .optional()
      .describe('Profiles of faults that a run may be put under.'),
    metamorphic: z
      .array(MetamorphicRelation)
      .optional()
      .describe('How a run of changed vars relates to the first.'),
  })
  .meta({ id: 'Graph', title: 'Rehearse graph' });
export type GraphDocument = z.infer<typeof GraphDocument>;

/** The kinds of document that a file may hold; `kind` decides. */
export const DOCUMENT_KINDS = ['Graph', 'Persona', 'Suite', 'GuardPolicy'] as const;
