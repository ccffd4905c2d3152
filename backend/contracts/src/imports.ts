import { z } from 'zod';
import { GraphView } from './graphs.js';

/**
 * What became of a part of a file that was imported. `lost`: it has no counterpart and was left out. `changed`: it came
 * over and is named, or means, something else. `ignored`: it says nothing about behaviour. `mapped`: where it went, said of
 * imports that put everything elsewhere.
 */
export const ImportNote = z
  .object({
    kind: z.enum(['lost', 'changed', 'ignored', 'mapped']),
    file: z.string(),
    line: z
      .int()
      .min(1)
      .optional()
      .describe('From 1; absent where the file has no lines that could be named.'),
    path: z.string().describe('Where in the file, as in `tests[2].assert[0].type`.'),
    message: z.string(),
  })
  .meta({ id: 'ImportNote' });
export type ImportNote = z.infer<typeof ImportNote>;

/** What `POST /import/promptfoo` and `POST /import/agents` answer. */
export const GraphImportAnswer = z
  .object({
    graphs: z.array(GraphView),
    notes: z.array(ImportNote),
    complete: z.boolean().describe('Nothing was lost.'),
  })
  .meta({ id: 'GraphImportAnswer' });
export type GraphImportAnswer = z.infer<typeof GraphImportAnswer>;
