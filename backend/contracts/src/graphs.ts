import { z } from 'zod';
import { Diagnostic } from './diagnostics.js';
import { ContractRule } from './format/trajectory.js';
import { GraphId, Instant } from './ids.js';
import { page } from './paging.js';

/** A version of a graph, without its text. */
export const GraphVersionView = z
  .object({
    id: GraphId.describe('Of the graph, the same for all its versions.'),
    name: z.string(),
    version: z.int().min(1),
    digest: z.string().describe('Of the canonical JSON of the parsed document.'),
    sourceDigest: z.string().describe('Of its bytes.'),
    description: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    nodeCount: z.int(),
    caseIds: z.array(z.string()).describe('Of the first 1,000 cases, in file order.'),
    imported: z.boolean().describe('Made by an import; it cannot be executed.'),
    createdAt: Instant,
  })
  .meta({ id: 'GraphVersionView' });
export type GraphVersionView = z.infer<typeof GraphVersionView>;

export const GraphNodeView = z
  .object({
    id: z.string(),
    type: z.string(),
    needs: z.array(z.string()).describe('Edges into it, written and inferred, in file order.'),
    when: z.string().nullable(),
    description: z.string().nullable(),
    line: z.int().describe('Where it stands in the YAML.'),
  })
  .meta({ id: 'GraphNodeView' });
export type GraphNodeView = z.infer<typeof GraphNodeView>;

/** A graph in its newest, or the asked-for, version. */
export const GraphView = GraphVersionView.extend({
  nodes: z.array(GraphNodeView),
  contracts: z.array(
    z.object({
      id: z.string(),
      severity: z.string(),
      description: z.string().nullable(),
      line: z.int().optional().describe('Where it stands in the YAML.'),
      rule: ContractRule.optional().describe('Not of a version that an older release has stored.'),
    }),
  ),
  cases: z
    .array(z.object({ id: z.string(), vars: z.record(z.string(), z.json()), repeats: z.int() }))
    .describe('The first 1,000.'),
  caseCount: z.int(),
  chaos: z
    .array(z.object({ name: z.string(), rules: z.array(z.object({ on: z.string(), fault: z.string() })) }))
    .describe('Its chaos profiles, which a run may ask for by name.'),
  inputs: z.json().nullable().describe('The JSON Schema of a case\u2019s vars.'),
  diagnostics: z.array(Diagnostic),
}).meta({ id: 'GraphView' });
export type GraphView = z.infer<typeof GraphView>;

export const GraphListItem = GraphVersionView.extend({
  runs: z.object({ total: z.int(), lastVerdict: z.string().nullable(), lastRunAt: Instant.nullable() }),
}).meta({ id: 'GraphListItem' });
export type GraphListItem = z.infer<typeof GraphListItem>;

export const GraphPage = page(GraphListItem).meta({ id: 'GraphPage' });
export const GraphVersionPage = page(GraphVersionView).meta({ id: 'GraphVersionPage' });

/** A version of a suite: of its text and of its graphs. */
export const SuiteView = z
  .object({
    id: z.string().describe('Of this version.'),
    name: z.string(),
    version: z.int().min(1),
    digest: z.string().describe('Of its document, and of its graphs with its settings.'),
    description: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    graphs: z
      .array(z.object({ name: z.string(), version: z.int(), digest: z.string() }))
      .describe('In its order; each digest is that of the graph with the settings of the suite.'),
    createdAt: Instant,
  })
  .meta({ id: 'SuiteView' });
export type SuiteView = z.infer<typeof SuiteView>;

export const SuitePage = page(SuiteView).meta({ id: 'SuitePage' });

/** `graphs` is there when several graphs were uploaded at once, `suites` when there were suites among the documents. */
export const UploadAnswer = z
  .object({
    graph: GraphView,
    diagnostics: z.array(Diagnostic),
    graphs: z.array(GraphView).optional(),
    suites: z.array(SuiteView).optional(),
  })
  .meta({ id: 'UploadAnswer' });
export type UploadAnswer = z.infer<typeof UploadAnswer>;

export const ValidateAnswer = z
  .object({
    valid: z.boolean(),
    diagnostics: z.array(Diagnostic),
    graph: z
      .object({ name: z.string(), digest: z.string(), nodes: z.array(GraphNodeView) })
      .nullable()
      .describe(
        'What would be uploaded; null when it is not valid, and when there is more or less than one graph.',
      ),
  })
  .meta({ id: 'ValidateAnswer' });
export type ValidateAnswer = z.infer<typeof ValidateAnswer>;

export const GraphListQuery = z.strictObject({
  q: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: z.string().optional(),
});
export type GraphListQuery = z.infer<typeof GraphListQuery>;
