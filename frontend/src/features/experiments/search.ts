import * as z from 'zod/mini';

export const ExperimentSearch = z.object({
  show: z.catch(z.optional(z.enum(['different', 'failed'])), undefined),
  q: z.catch(z.optional(z.string()), undefined),
});
