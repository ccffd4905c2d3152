/** Which run, and whose. */
export interface RunTicket {
  runId: string;
  tenantId: string;
}

export interface DispatchOptions {
  /** Runs of one group share `limit` places; without one, the runs of a tenant form a group. */
  group?: { id: string; limit: number } | undefined;
  /** Higher goes first within its group; default 0. */
  priority?: number | undefined;
  notBefore?: Date | undefined;
}

/** `parked` waits for a poke, or for `wakeAt`, and holds nothing meanwhile. */
export type DriveOutcome = 'done' | 'yield' | { parked: { wakeAt?: Date } };
export type Drive = (ticket: RunTicket, context: { signal: AbortSignal }) => Promise<DriveOutcome>;

export interface DispatchedWork {
  /** Takes nothing new, waits for what runs, aborts what is left after `drainMs`. */
  stop(drainMs: number): Promise<void>;
}

/**
 * "Call `drive(run)` at least once, on a live worker, within the limits of its tenant." A second call for the same run
 * is harmless: a drive claims its run first.
 */
export interface RunDispatcher {
  dispatch(ticket: RunTicket, options?: DispatchOptions): Promise<void>;
  /** Says that something about a run changed: a hint, never the truth. */
  poke(ticket: RunTicket): Promise<void>;
  work(drive: Drive): DispatchedWork;
  /** How many runs wait and how many are driven now. */
  load(): { queued: number; active: number };
}

export const RUN_DISPATCHER = Symbol('RunDispatcher');
