import * as z from 'zod/mini';

const text = () => z.catch(z.optional(z.string()), undefined);

/** How a new graph is started; `run`: from this run. */
export const NewGraphSearch = z.object({
  from: z.catch(z.optional(z.enum(['template', 'description', 'spec', 'run'])), undefined),
  run: text(),
});

export const GraphsSearch = z.object({ q: text() });

export const GraphSearch = z.object({
  version: z.catch(z.optional(z.coerce.number().check(z.int(), z.minimum(1))), undefined),
  node: text(),
  /** A line of the YAML that is set apart, where no node is. */
  line: z.catch(z.optional(z.coerce.number().check(z.int(), z.minimum(1))), undefined),
  view: z.catch(z.optional(z.enum(['canvas', 'outline'])), undefined),
  tab: z.catch(z.optional(z.enum(['structure', 'runs', 'cases', 'contracts', 'versions'])), undefined),
});
