import * as z from 'zod/mini';

const choice = <const T extends readonly string[]>(names: T) => z.catch(z.optional(z.enum(names)), undefined);
const text = () => z.catch(z.optional(z.string()), undefined);

export const SHOWS = ['failures', 'passes', 'errors', 'different'] as const;
export const SORTS = ['file', 'failures', 'regressions'] as const;

export const ExperimentSearch = z.object({
  show: choice(SHOWS),
  sort: choice(SORTS),
  q: text(),
  /** Of pass^k in the cells. */
  k: z.catch(z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1_000))), undefined),
  /** The experiment that it is compared with: an id, the name of a pinned baseline, or `none`. */
  against: text(),
});
export type ExperimentSearch = z.infer<typeof ExperimentSearch>;
