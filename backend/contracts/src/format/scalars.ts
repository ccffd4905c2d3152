import { z } from 'zod';

/** The form of every name that an expression can use: nodes, tools, routes, inputs. */
export const NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
export const SLUG_PATTERN = /^[a-z][a-z0-9-]{0,62}$/;
const DURATION_PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const Name = z
  .string()
  .regex(NAME_PATTERN, 'must be a name: letters, digits and _, at most 63, no digit first');
export const Slug = z
  .string()
  .regex(SLUG_PATTERN, 'must be a slug: lower-case letters, digits and -, at most 63, a letter first');

export const Duration = z
  .string()
  .regex(DURATION_PATTERN, 'must be a duration such as 200ms, 30s, 2m or 1h')
  .refine((text) => !DURATION_PATTERN.test(text) || lengthOf(text) <= LONGEST_MS, 'must be at most 3650d')
  .meta({ id: 'Duration', description: 'A number and its unit: ms, s, m, h or d.' });

/** Ten years: beyond, it is a mistake, and dates and sums of milliseconds would lose their precision. */
const LONGEST_MS = 3_650 * UNIT_MS.d;

/** The length of `30s` in milliseconds. Throws a RangeError when the text is not a {@link Duration}. */
export function durationMs(text: string): number {
  const length = lengthOf(text);
  if (Number.isNaN(length)) throw new RangeError(`not a duration: ${text}`);
  if (length > LONGEST_MS) throw new RangeError(`longer than 3650d: ${text}`);
  return length;
}

/** False where one of the two is no duration. */
export const isLonger = (text: string, than: string): boolean => lengthOf(text) > lengthOf(than);

function lengthOf(text: string): number {
  const match = DURATION_PATTERN.exec(text);
  return match ? Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS] : Number.NaN;
}

export const Severity = z.enum(['critical', 'major', 'minor']);
export type Severity = z.infer<typeof Severity>;

/** A CEL expression; see docs/glossary.md for the variables of each place. */
export const Expression = z.string().min(1).max(10_000).meta({ id: 'Expression', description: 'CEL' });

/** Text that may hold `{{ CEL }}`. */
export const Template = z.string().meta({ id: 'Template', description: 'Text; {{ … }} holds CEL.' });

export const FileReference = z.strictObject({ file: z.string().min(1) }).meta({ id: 'FileReference' });
export type FileReference = z.infer<typeof FileReference>;
export const Text = z.union([Template, FileReference]);

/** A JSON Schema 2020-12, checked by itself when a graph is compiled. */
export const JsonSchema = z.union([z.boolean(), z.record(z.string(), z.json())]).meta({
  id: 'JsonSchema',
  description: 'JSON Schema 2020-12',
});
