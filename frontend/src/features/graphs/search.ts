import * as z from 'zod/mini';

const text = () => z.catch(z.optional(z.string()), undefined);

export const GraphsSearch = z.object({ q: text() });

export const GraphSearch = z.object({
  version: z.catch(z.optional(z.coerce.number().check(z.int(), z.minimum(1))), undefined),
  node: text(),
  tab: z.catch(z.optional(z.enum(['structure', 'runs', 'cases', 'contracts', 'versions'])), undefined),
});
