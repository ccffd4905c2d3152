import { z } from 'zod';

/** Ids are UUIDv7, so that they sort by the time they were made. */
export const RunId = z.uuid().brand<'RunId'>().meta({ id: 'RunId' });
export type RunId = z.infer<typeof RunId>;

export const GraphId = z.uuid().brand<'GraphId'>().meta({ id: 'GraphId' });
export type GraphId = z.infer<typeof GraphId>;

export const ExperimentId = z.uuid().brand<'ExperimentId'>().meta({ id: 'ExperimentId' });
export type ExperimentId = z.infer<typeof ExperimentId>;

export const TenantId = z.uuid().brand<'TenantId'>().meta({ id: 'TenantId' });
export type TenantId = z.infer<typeof TenantId>;

export const UserId = z.uuid().brand<'UserId'>().meta({ id: 'UserId' });
export type UserId = z.infer<typeof UserId>;

/** SHA-256 in lower-case hex. */
export const Digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ id: 'Digest' });
export type Digest = z.infer<typeof Digest>;

/** An instant, ISO 8601 in UTC. */
export const Instant = z.iso.datetime().meta({ id: 'Instant' });
export type Instant = z.infer<typeof Instant>;
