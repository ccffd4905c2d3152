import { z } from 'zod';
import { Diagnostic } from './diagnostics.js';
import { Instant } from './ids.js';
import { page } from './paging.js';

export const PersonaView = z
  .object({
    name: z.string().describe('What conversations and simulations call it.'),
    title: z.string().nullable(),
    description: z.string().nullable(),
    kind: z
      .enum(['role', 'customer'])
      .nullable()
      .describe('Of the library: whom an agent plays, or who talks with one. Null of those of the tenant.'),
    source: z.enum(['library', 'own']).describe('One of the tenant goes before one of the same name.'),
    goal: z.string(),
    traits: z.array(z.string()),
    system: z.string().describe('What a model is told that speaks for it.'),
    stopWords: z.array(z.string()),
    opening: z.string().nullable(),
    provider: z.string().nullable().describe('The route that speaks for it.'),
    createdAt: Instant.nullable().describe('Null of the library.'),
  })
  .meta({ id: 'PersonaView' });
export type PersonaView = z.infer<typeof PersonaView>;

/** By name: those of the tenant, and those of the library that none of them hides. */
export const PersonaPage = page(PersonaView).meta({ id: 'PersonaPage' });
export type PersonaPage = z.infer<typeof PersonaPage>;

/** Of an upload that holds personas alone; one that came with a graph is a part of that graph. */
export const PersonaUploadAnswer = z
  .object({ personas: z.array(PersonaView), diagnostics: z.array(Diagnostic) })
  .meta({ id: 'PersonaUploadAnswer' });
export type PersonaUploadAnswer = z.infer<typeof PersonaUploadAnswer>;
