import { AppError } from '../errors/index.js';
import { instantOf } from './instants.js';

/** The place where the next page starts, as text that callers pass on unread. */
export const encodeCursor = (place: readonly string[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** The parts that {@link encodeCursor} was given; anything else is `request/bad-cursor`. */
export function decodeCursor(cursor: string, shape: readonly RegExp[]): string[] {
  const place = parse(cursor);
  const fits = (part: unknown, i: number) =>
    typeof part === 'string' && shape[i]?.test(part) && (shape[i] !== CURSOR_INSTANT || isInstant(part));
  if (!Array.isArray(place) || place.length !== shape.length || !place.every(fits))
    throw new AppError(
      'request/bad-cursor',
      'Pass on the `nextCursor` of the page before, or none for the first page.',
    );
  return place as string[];
}

/** The thirteenth month looks like one. */
const isInstant = (text: string): boolean => instantOf(text) !== null;

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

export const CURSOR_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const CURSOR_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const CURSOR_NUMBER = /^\d{1,9}$/;
export const CURSOR_NAME = /^[^\0]{1,200}$/;

/** A page out of one row more than it may show. */
export function pageOf<T>(rows: readonly T[], options: { limit: number; cursor: (last: T) => string[] }) {
  const items = rows.slice(0, options.limit);
  const last = items.at(-1);
  const isLast = rows.length <= options.limit || last === undefined;
  return { items, nextCursor: isLast ? null : encodeCursor(options.cursor(last)) };
}
