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
  /** Says that something about a run changed: a hint, never the truth. One that is not known is dispatched with the options. */
  poke(ticket: RunTicket, options?: DispatchOptions): Promise<void>;
  /** The places of a group from now on; more runs than that go on, none begins. */
  resize(group: { id: string; limit: number }): void;
  work(drive: Drive): DispatchedWork;
  /** How many runs wait and how many are driven now. */
  load(): { queued: number; active: number };
}

/** The places that a run shares: those of its experiment; of its tenant when it belongs to none. */
export const groupOf = ({
  experimentId,
  concurrency,
}: {
  experimentId: string | null;
  concurrency: number | null;
}): DispatchOptions['group'] =>
  experimentId !== null && concurrency !== null ? { id: experimentId, limit: concurrency } : undefined;

export const RUN_DISPATCHER = Symbol('RunDispatcher');
