import { z } from 'zod';
import { API_VERSION } from './graph-document.js';
import { Name, Slug, Text } from './scalars.js';

const character = {
  name: Slug,
  title: z.string().min(1).optional(),
  description: z.string().optional(),
  goal: z.string().min(1).describe('What it wants to come out of the conversation.'),
  traits: z.array(z.string().min(1)).max(50).optional(),
  stopWords: z
    .array(z.string().min(1))
    .max(50)
    .optional()
    .describe('Said by the persona, they end the talk.'),
  opening: z.string().min(1).optional().describe('The first thing it says, word for word.'),
  provider: Name.optional().describe('The route that speaks for it.'),
};

/** A simulated user, or an agent role: goal, traits, system prompt, stop words. */
export const PersonaDocument = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Persona'),
    ...character,
    system: Text.optional().describe('Default: made of goal and traits.'),
  })
  .meta({ id: 'Persona', title: 'Rehearse persona' });
export type PersonaDocument = z.infer<typeof PersonaDocument>;

/** A persona as it stands in a graph, or once its file was read. */
export const InlinePersona = z
  .strictObject({ ...character, name: Slug.optional(), system: z.string().min(1).optional() })
  .meta({ id: 'InlinePersona' });
export type InlinePersona = z.infer<typeof InlinePersona>;
