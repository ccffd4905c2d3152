import { z } from 'zod';
import { Instant, UserId } from './ids.js';
import { RunListQuery } from './runs.js';

/** The filters of the history, without what pages through it. */
export const HistoryFilters = RunListQuery.omit({ limit: true, cursor: true }).meta({ id: 'HistoryFilters' });
export type HistoryFilters = z.infer<typeof HistoryFilters>;

export const SaveHistoryViewRequest = z
  .strictObject({
    name: z.string().trim().min(1).max(100).describe('One within the views of a user.'),
    filters: HistoryFilters,
    shared: z.boolean().default(false).describe('Whether everybody of the tenant sees it.'),
  })
  .meta({ id: 'SaveHistoryViewRequest' });
export type SaveHistoryViewRequest = z.infer<typeof SaveHistoryViewRequest>;

export const HistoryView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    filters: HistoryFilters,
    shared: z.boolean(),
    isOwn: z.boolean(),
    createdBy: z.object({ id: UserId, email: z.string(), name: z.string().nullable() }),
    createdAt: Instant,
  })
  .meta({ id: 'HistoryView' });
export type HistoryView = z.infer<typeof HistoryView>;

export const HistoryViewEnvelope = z.object({ view: HistoryView }).meta({ id: 'HistoryViewEnvelope' });
export type HistoryViewEnvelope = z.infer<typeof HistoryViewEnvelope>;

/** Those of the user, then those that others share; each by name. */
export const HistoryViewList = z.object({ items: z.array(HistoryView) }).meta({ id: 'HistoryViewList' });
export type HistoryViewList = z.infer<typeof HistoryViewList>;
