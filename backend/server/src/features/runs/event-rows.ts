import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { EventType, JournalEntry, JournalEvent, JsonObject } from '@rehearse/contracts';
import { Prisma } from '../../platform/database/index.js';

/** Payloads of more bytes than this lie in a blob, once for each content. */
export const INLINE_BYTES = 16_384;

/** The events with the blobs that hold what is large of them. */
export const EVENT_TABLES = Prisma.sql`
  run_event e left join blob b on b.tenant_id = e.tenant_id and b.sha256 = e.blob`;

const ENVELOPE_COLUMNS = Prisma.sql`
  e.v, e.run_id, e.seq, e.lane, e.key, e.type, e.attempt, e.in_digest, e.data::text as data, e.at, e.epoch, e.prev, e.digest`;

/** Of {@link EVENT_TABLES}: events with their payloads. */
export const EVENT_COLUMNS = Prisma.sql`${ENVELOPE_COLUMNS}, b.content`;

/** Of {@link EVENT_TABLES}: events that name the blobs of large payloads and do not read them. */
export const ENTRY_COLUMNS = Prisma.sql`${ENVELOPE_COLUMNS}, e.blob, b.bytes`;

interface EnvelopeRow {
  v: number;
  run_id: string;
  seq: number;
  lane: string;
  key: string;
  type: EventType;
  attempt: number;
  in_digest: string | null;
  data: string | null;
  at: Date;
  epoch: number;
  prev: string;
  digest: string;
}
export type EventRow = EnvelopeRow & { content: Uint8Array | null };
export type EntryRow = EnvelopeRow & { blob: string | null; bytes: number | null };

export function eventOf({ content, ...row }: EventRow): JournalEvent {
  const text = content === null ? (row.data ?? '{}') : blobText(content);
  return event(row, { data: JSON.parse(text) as JsonObject }) as unknown as JournalEvent;
}

export function entryOf({ blob, bytes, ...row }: EntryRow): JournalEntry {
  const payload =
    blob === null
      ? { data: JSON.parse(row.data ?? '{}') as JsonObject }
      : { blob: { sha256: blob, bytes: bytes ?? 0 } };
  return event(row, payload) as unknown as JournalEntry;
}

const event = (row: EnvelopeRow, payload: object) => ({
  v: row.v,
  runId: row.run_id,
  seq: row.seq,
  lane: row.lane,
  key: row.key,
  type: row.type,
  attempt: row.attempt,
  ...(row.in_digest === null ? {} : { inDigest: row.in_digest }),
  ...payload,
  at: row.at.toISOString(),
  epoch: row.epoch,
  prev: row.prev,
  digest: row.digest,
});

/** The text of a payload, as it was written. */
export const blobText = (content: Uint8Array): string => zstdDecompressSync(content).toString('utf8');

/** Events as the database takes them: JSON of their rows, and of the blobs that these point at. */
export interface StoredEvents {
  events: string;
  /** Null when nothing is large. */
  blobs: string | null;
}

export function storedEvents(
  batches: readonly { tenantId: string; events: readonly JournalEvent[] }[],
): StoredEvents {
  const blobs = new Map<string, BlobRecord>();
  const events = batches.flatMap(({ tenantId, events: some }) =>
    some.map((one) => eventRecord(tenantId, one, blobs)),
  );
  // In one order, so that writers of the same contents do not wait for each other in a circle.
  const sorted = [...blobs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, blob]) => blob);
  return { events: JSON.stringify(events), blobs: sorted.length === 0 ? null : JSON.stringify(sorted) };
}

interface BlobRecord {
  tenant_id: string;
  sha256: string;
  bytes: number;
  /** In Base64. */
  content: string;
}

function eventRecord(tenantId: string, one: JournalEvent, blobs: Map<string, BlobRecord>) {
  const blob = blobOf(tenantId, one);
  if (blob) blobs.set(`${tenantId}:${blob.sha256}`, blob);
  return {
    tenant_id: tenantId,
    run_id: one.runId,
    seq: one.seq,
    lane: one.lane,
    key: one.key,
    type: one.type,
    attempt: one.attempt,
    in_digest: one.inDigest ?? null,
    ...(blob ? { blob: blob.sha256 } : { data: one.data }),
    at: one.at,
    epoch: one.epoch,
    prev: one.prev,
    digest: one.digest,
    v: one.v,
  };
}

function blobOf(tenantId: string, { data }: JournalEvent): BlobRecord | null {
  const text = JSON.stringify(data);
  // A character is a byte at least.
  if (text.length * 3 <= INLINE_BYTES) return null;
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= INLINE_BYTES) return null;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const content = zstdCompressSync(bytes).toString('base64');
  return { tenant_id: tenantId, sha256, bytes: bytes.length, content };
}

const EVENT_RECORD = Prisma.raw(
  `e(tenant_id uuid, run_id uuid, seq integer, lane text, key text, type text, attempt integer, in_digest text,
     data json, blob text, at timestamptz, epoch integer, prev text, digest text, v integer)`,
);

/** Inserts events in one statement; `condition` may join what they must belong to. */
export const insertEvents = (
  { events }: StoredEvents,
  condition: Prisma.Sql = Prisma.empty,
): Prisma.Sql => Prisma.sql`
  insert into run_event (tenant_id, run_id, seq, lane, key, type, attempt, in_digest, data, blob, at, epoch, prev, digest, v)
  select e.* from json_to_recordset(${events}::json) as ${EVENT_RECORD} ${condition}`;

/** Keeps blobs that are new, and says of the others that they are needed. Before or with the events that point at them. */
export const insertBlobs = (blobs: string): Prisma.Sql => Prisma.sql`
  insert into blob (tenant_id, sha256, bytes, content)
  select b.tenant_id, b.sha256, b.bytes, decode(b.content, 'base64')
  from json_to_recordset(${blobs}::json) as b(tenant_id uuid, sha256 text, bytes integer, content text)
  on conflict (tenant_id, sha256) do update set kept_at = now()`;
