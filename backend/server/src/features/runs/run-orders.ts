import type { RunRequested } from '@rehearse/contracts';

/** Somebody stopped the run. */
export class RunStopped extends Error {
  constructor() {
    super('the run was stopped');
  }
}

interface OrdersOptions {
  /** What is asked of the run by now. */
  requested: () => Promise<RunRequested | null>;
  /** Calls the listener whenever something else is asked, until the returned function is called. */
  follow: (listener: () => void) => () => void;
}

/** What people ask of a run while it is driven: switches that are thrown as soon as it is heard. */
export class RunOrders {
  readonly pause = new AbortController();
  readonly stop = new AbortController();
  /** To be called when the run is not driven any more. */
  readonly close: () => void;

  constructor({ requested, follow }: OrdersOptions) {
    this.close = follow(() => {
      requested().then(
        (order) => this.take(order),
        (error: unknown) => this.stop.abort(error),
      );
    });
  }

  get isStopped(): boolean {
    return this.stop.signal.reason instanceof RunStopped;
  }

  /** Nothing is taken back here: a run whose pause is withdrawn comes to rest and goes on at once. */
  take(order: RunRequested | null): void {
    if (order === 'pause') this.pause.abort();
    if (order === 'stop') this.stop.abort(new RunStopped());
  }
}
