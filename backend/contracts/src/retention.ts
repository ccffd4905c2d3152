import { z } from 'zod';

const days = z.int().min(1).max(36_500).nullable();

export const RetentionRules = z
  .strictObject({
    maxAgeDays: days.default(null).describe('Runs that ended longer ago go; null: none does.'),
    failedMaxAgeDays: days
      .default(null)
      .describe(
        'In place of `maxAgeDays` for runs that failed or errored; null: they are kept as the others are.',
      ),
    maxRuns: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .nullable()
      .default(null)
      .describe(
        'Runs beyond the newest so many go, but for failed ones that `failedMaxAgeDays` still keeps.',
      ),
  })
  .meta({ id: 'RetentionRules' });
export type RetentionRules = z.infer<typeof RetentionRules>;

export const RetentionView = z
  .object({ ...RetentionRules.shape, updatedAt: z.iso.datetime().nullable() })
  .meta({ id: 'RetentionView' });
export type RetentionView = z.infer<typeof RetentionView>;

export const RetentionPreview = z
  .object({
    runs: z.int().describe('How many runs would go now.'),
    events: z.int().describe('How many events they have.'),
    byVerdict: z.record(z.string(), z.int()),
    oldest: z.iso.datetime().nullable().describe('When the first of them was made.'),
    newest: z.iso.datetime().nullable(),
    kept: z.int().describe('How many of the tenant’s runs would stay.'),
    protected: z
      .int()
      .describe('Of those that stay: by age or number they would go, and something needs them.'),
  })
  .meta({ id: 'RetentionPreview' });
export type RetentionPreview = z.infer<typeof RetentionPreview>;
