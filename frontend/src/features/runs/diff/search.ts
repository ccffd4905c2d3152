import * as z from 'zod/mini';

export const MOST_OTHERS = 4;
export const MASK_CHOICES = ['none', 'ids', 'times'] as const;

const text = () => z.catch(z.optional(z.string()), undefined);
const choice = <const T extends readonly string[]>(names: T) => z.catch(z.optional(z.enum(names)), undefined);

export const DiffSearch = z.object({
  align: choice(['node']),
  only: choice(['changed']),
  /** The key of the step that is looked at. */
  node: text(),
  /** Of that step, where it is not the first. */
  attempt: z.catch(z.optional(z.coerce.number().check(z.int(), z.minimum(2))), undefined),
  /** What is masked; all that may be, where nothing is said. */
  ignore: choice(MASK_CHOICES),
  /** Runs that are compared with the same baseline, with commas between them. */
  with: text(),
  q: text(),
});
export type DiffSearch = z.infer<typeof DiffSearch>;

export const PickSearch = z.object({
  /** The run that a baseline is looked for. */
  of: text(),
  among: choice(['graph', 'all']),
  q: text(),
});
export type PickSearch = z.infer<typeof PickSearch>;

export interface Pair {
  a: string;
  b: string;
}

/** The runs of `/diff/a...b`; null for an address that names no two. */
export function pairOf(address: string): Pair | null {
  const [a, b, ...more] = address.split('...');
  return a && b && more.length === 0 ? { a, b } : null;
}

export const addressOf = ({ a, b }: Pair): string => `${a}...${b}`;

/** All runs that are compared with the baseline: the one of the address, then the others, each once. */
export function othersOf({ a, b }: Pair, { with: more }: Pick<DiffSearch, 'with'>): string[] {
  const ids = [b, ...(more?.split(',') ?? [])].map((id) => id.trim()).filter((id) => id !== '' && id !== a);
  return [...new Set(ids)].slice(0, MOST_OTHERS);
}

/** The same runs with another of them in front. */
export function withFront(others: readonly string[], b: string): Pick<DiffSearch, 'with'> {
  const rest = others.filter((id) => id !== b);
  return { with: rest.length > 0 ? rest.join(',') : undefined };
}
