import { z } from 'zod';

export const DEFAULT_PAGE = 50;
export const MAX_PAGE = 200;

/** `{items, nextCursor}`; the cursor is opaque, null on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).optional(),
  cursor: z.string().optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;
