import { z } from 'zod';
import { JournalEvent, MAX_SEQ } from './journal.js';
import { RunListQuery, RunSummary } from './runs.js';

export const RUNS_NAMESPACE = '/runs';

/** Client to server: follow one run from behind a seq, or the list. */
export const SubscribeRun = z.strictObject({
  runId: z.string(),
  afterSeq: z.int().min(0).max(MAX_SEQ).default(0),
});
export const SubscribeList = z.strictObject({ list: RunListQuery });
export const SubscribeMessage = z.union([SubscribeRun, SubscribeList]);
export type SubscribeMessage = z.input<typeof SubscribeMessage>;
export const UnsubscribeMessage = z.union([
  z.strictObject({ runId: z.string() }),
  z.strictObject({ list: z.literal(true) }),
]);

/** The acknowledgement of `subscribe`. */
export const SubscribeAck = z.union([
  z.object({ ok: z.literal(true), lastSeq: z.int().optional() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);
export type SubscribeAck = z.infer<typeof SubscribeAck>;

/** Server to client. */
export const SOCKET_EVENTS = {
  events: z.object({ runId: z.string(), events: z.array(JournalEvent) }),
  token: z.object({ runId: z.string(), key: z.string(), text: z.string() }),
  gap: z.object({ runId: z.string(), afterSeq: z.int(), toSeq: z.int() }),
  'run.updated': z.object({ run: RunSummary }),
  heartbeat: z.object({ at: z.iso.datetime() }),
} as const;
export type SocketEventName = keyof typeof SOCKET_EVENTS;
export type SocketEvent<T extends SocketEventName> = z.infer<(typeof SOCKET_EVENTS)[T]>;

export const CLIENT_SOCKET_EVENTS = { subscribe: SubscribeMessage, unsubscribe: UnsubscribeMessage } as const;
