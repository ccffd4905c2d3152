import * as z from 'zod/mini';

export const SimulationSearch = z.object({
  /** Only the conversations of this persona. */
  persona: z.catch(z.optional(z.string()), undefined),
});
export type SimulationSearch = z.infer<typeof SimulationSearch>;
