import { z } from 'zod';

export const HealthView = z
  .object({ status: z.enum(['ok', 'draining']), version: z.string(), pid: z.int(), uptimeMs: z.int() })
  .meta({ id: 'HealthView' });
export type HealthView = z.infer<typeof HealthView>;

export const ReadyView = z
  .object({
    ready: z.boolean(),
    checks: z.object({ database: z.boolean(), migrations: z.boolean(), notDraining: z.boolean() }),
  })
  .meta({ id: 'ReadyView' });
export type ReadyView = z.infer<typeof ReadyView>;

export const LiveView = z.object({ live: z.literal(true) }).meta({ id: 'LiveView' });
