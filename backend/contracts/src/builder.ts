import { z } from 'zod';
import { Diagnostic } from './diagnostics.js';
import { GraphDocument } from './format/graph-document.js';
import { Expression, Name, Slug } from './format/scalars.js';

const sections = GraphDocument.partial().omit({
  apiVersion: true,
  kind: true,
  nodes: true,
  name: true,
}).shape;

/** A graph as a program builds it: nodes and edges in lists. Any other section is as in the format. */
export const GraphSpec = z
  .strictObject({
    name: Slug.optional(),
    nodes: z
      .array(z.looseObject({ id: z.string(), type: z.string() }))
      .min(1)
      .max(2_000)
      .describe('Each as in `nodes` of the format, with its id.'),
    edges: z
      .array(
        z.strictObject({
          from: z.string(),
          to: z.string(),
          when: Expression.optional().describe(
            'Joins the `when` of the node that the edge leads to, by `&&`.',
          ),
        }),
      )
      .max(20_000)
      .optional()
      .describe('The `needs` of the nodes.'),
    ...sections,
  })
  .meta({ id: 'GraphSpec' });
export type GraphSpec = z.infer<typeof GraphSpec>;

export const GenerateRequest = z
  .discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('description'),
      text: z.string().trim().min(1).max(4_000),
      provider: Name.optional().describe(
        'Who writes it: openai, anthropic or mock. Default mock: a template, chosen by the words of the text.',
      ),
    }),
    z.strictObject({ from: z.literal('spec'), ...GraphSpec.shape }),
    z.strictObject({ from: z.literal('run'), runId: z.string() }),
  ])
  .meta({ id: 'GenerateRequest' });
export type GenerateRequest = z.infer<typeof GenerateRequest>;

/** What `POST /graphs/builder/generate` answers; nothing is stored. */
export const GenerateAnswer = z
  .object({
    name: z.string(),
    yaml: z.string(),
    diagnostics: z.array(Diagnostic).describe('What upload would say; without an error the graph validates.'),
  })
  .meta({ id: 'GenerateAnswer' });
export type GenerateAnswer = z.infer<typeof GenerateAnswer>;
