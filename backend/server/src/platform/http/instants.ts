import { z } from 'zod';

const Text = z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })]);
const HAS_OFFSET = /(Z|[+-]\d\d:\d\d)$/;

/** An instant as text, or a date for its midnight; in UTC where no offset is named. Null for what is none. */
export function instantOf(text: string): Date | null {
  if (!Text.safeParse(text).success) return null;
  const at = new Date(text.includes('T') && !HAS_OFFSET.test(text) ? `${text}Z` : text);
  return isKept(at) ? at : null;
}

/** The database and the calendar of ISO 8601 have no year 0000, and years of five digits are written another way. */
const isKept = (at: Date): boolean => at.getUTCFullYear() >= 1 && at.getUTCFullYear() <= 9_999;
