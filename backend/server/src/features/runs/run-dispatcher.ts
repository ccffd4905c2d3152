import type { ClaimedRun } from './run-queue.repository.js';

/** Which run, and whose. */
export interface RunTicket {
  runId: string;
  tenantId: string;
}

/** `parked` waits for a poke, or for `wakeAt`, and holds nothing meanwhile. */
export type DriveOutcome = 'done' | 'yield' | { parked: { wakeAt?: Date } };

export interface DriveContext {
  /** The run is lost, or the process cannot wait any longer: everything is cut off. */
  signal: AbortSignal;
  /** The process goes: what is in flight may end, nothing more begins. */
  rest: AbortSignal;
}

/** Drives a run that was claimed for it. */
export type Drive = (run: ClaimedRun, context: DriveContext) => Promise<DriveOutcome>;

export interface DispatchedWork {
  /** Takes nothing new, waits for what runs, hands back what is left after `drainMs`. */
  stop(drainMs: number): Promise<void>;
}

/**
 * "Call `drive` at least once for each queued run, on a live worker, within the limits of its tenant." The run is in the
 * database, queued, before anybody is told of it here: each of these is a hint, and a hint that is lost is no run lost.
 */
export interface RunDispatcher {
  /** A run was queued. */
  dispatch(ticket: RunTicket): Promise<void>;
  /** Something about a run changed: it may be queued again. */
  poke(ticket: RunTicket): Promise<void>;
  /** A group has another number of places; more runs than that go on, none begins. */
  resize(): void;
  work(drive: Drive): Promise<DispatchedWork>;
  /** How many runs waited at the last look, and how many are driven here now. */
  load(): { queued: number; active: number };
}

export const RUN_DISPATCHER = Symbol('RunDispatcher');
