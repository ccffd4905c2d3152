import type { z } from 'zod';

/** One setting: how it is called, what it may be, and what it means. */
export interface Variable<T extends z.ZodType = z.ZodType> {
  /** The environment variable. */
  name: string;
  aliases?: readonly string[];
  /** Reads the text of the environment, or the value of a file. */
  schema: T;
  /** What holds when nobody says anything; absent: nothing does. */
  default?: unknown;
  /** For a default that depends on the case at hand, so that "nobody said anything" stays visible. */
  defaultNote?: string;
  unit?: string;
  meaning: string;
  group: string;
  /** Never shown, never logged. */
  secret?: true;
  /** Declared, checked and documented, and without effect yet. */
  unused?: true;
}

export function variable<T extends z.ZodType>(
  declared: Variable<T> & { default: unknown },
): Variable<T> & { default: unknown };
export function variable<T extends z.ZodType>(declared: Variable<T>): Variable<T>;
export function variable<T extends z.ZodType>(declared: Variable<T>): Variable<T> {
  return declared;
}
