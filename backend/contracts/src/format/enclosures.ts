import { z } from 'zod';
import { JsonObject } from '../json.js';

/** What a graph reads besides its own text, so that it can be compiled again anywhere. */
export interface Enclosures {
  /** Texts by their path from the folder of the graph. */
  files?: Record<string, string> | undefined;
  /** Other graphs by what the graph calls them, with all that they read. */
  graphs?: Record<string, EnclosedGraph> | undefined;
  /** Personas by name. */
  personas?: Record<string, JsonObject> | undefined;
}

export interface EnclosedGraph extends Enclosures {
  source: string;
}

const EnclosedGraph: z.ZodType<EnclosedGraph> = z.lazy(() =>
  z.object({ source: z.string(), ...Enclosures.shape }),
);

export const Enclosures = z.object({
  files: z.record(z.string(), z.string()).optional(),
  graphs: z.record(z.string(), EnclosedGraph).optional(),
  personas: z.record(z.string(), JsonObject).optional(),
});
