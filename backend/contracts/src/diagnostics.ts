import { z } from 'zod';

/** One finding about a document: what is wrong, where it stands, and how to mend it. */
export const Diagnostic = z
  .object({
    code: z.string().describe('Stable, as in `graph/unknown-key`.'),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    path: z.string().describe('Where in the document, as in `nodes.classify.prompt`.'),
    line: z.int().min(1).describe('From 1.'),
    column: z.int().min(1).describe('From 1, in UTF-16 code units.'),
    endLine: z.int().min(1),
    endColumn: z.int().min(1).describe('The column behind the last character.'),
    suggestion: z.string().optional().describe('How to mend it.'),
  })
  .meta({ id: 'Diagnostic' });
export type Diagnostic = z.infer<typeof Diagnostic>;
