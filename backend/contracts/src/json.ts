import { z } from 'zod';

/** Any JSON value, as RFC 8259 has it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type JsonObject = { [key: string]: Json };

/** Deeper than anybody writes, and far from where a stack ends. */
const MAX_DEPTH = 1_000;

interface Misfit {
  path: (string | number)[];
  message: string;
}

/**
 * Looked through by hand: nearly all that comes was read by a JSON parser and fits, and a union of schemas takes thirty times as
 * long to see that.
 */
export const Json: z.ZodType<Json> = z.unknown().superRefine(refuseMisfit) as unknown as z.ZodType<Json>;

export const JsonObject: z.ZodType<JsonObject> = z
  .record(z.string(), z.unknown())
  .superRefine(refuseMisfit) as unknown as z.ZodType<JsonObject>;

/** Whether JSON has a word for all of it, and it is not nested too deep. */
export const isJson = (value: unknown): value is Json => misfitIn(value, 0) === null;

function refuseMisfit(value: unknown, context: z.RefinementCtx): void {
  const misfit = misfitIn(value, 0);
  if (misfit) context.addIssue({ code: 'custom', message: misfit.message, path: misfit.path.reverse() });
}

/** The first part for which JSON has no word, with the way to it from the inside out; null when all is JSON. */
function misfitIn(value: unknown, depth: number): Misfit | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : noJson(String(value));
  if (typeof value !== 'object') return noJson(typeof value);
  if (depth === MAX_DEPTH) return { path: [], message: `Invalid input: nested more than ${MAX_DEPTH} deep` };
  if (Array.isArray(value)) return misfitAmong(value, depth);
  const kind = kindOf(value);
  return kind === 'Object' ? misfitOf(value as Record<string, unknown>, depth) : noJson(kind);
}

/** Plain objects, which nearly all are, are told without asking for their tag. */
const kindOf = (value: object): string =>
  Object.getPrototypeOf(value) === Object.prototype
    ? 'Object'
    : Object.prototype.toString.call(value).slice(8, -1);

function misfitAmong(items: readonly unknown[], depth: number): Misfit | null {
  for (let at = 0; at < items.length; at++) {
    const misfit = misfitIn(items[at], depth + 1);
    if (misfit) return within(misfit, at);
  }
  return null;
}

function misfitOf(members: Record<string, unknown>, depth: number): Misfit | null {
  for (const name of Object.keys(members)) {
    const misfit = misfitIn(members[name], depth + 1);
    if (misfit) return within(misfit, name);
  }
  return null;
}

function within(misfit: Misfit, at: string | number): Misfit {
  misfit.path.push(at);
  return misfit;
}

const noJson = (what: string): Misfit => ({
  path: [],
  message: `Invalid input: expected a JSON value, received ${what}`,
});
