import { Injectable } from '@nestjs/common';

type Drain = (drainMs: number) => Promise<void>;

/** Whether the server is coming to its end, and what must be brought to an end before the database closes. */
@Injectable()
export class Lifecycle {
  private readonly drains: Drain[] = [];
  private drained: Promise<void> | undefined;

  get isDraining(): boolean {
    return this.drained !== undefined;
  }

  /** Work that may finish before the end, such as runs: told once, with the time it has. */
  onDrain(drain: Drain): void {
    this.drains.push(drain);
  }

  /**
   * From here on the server is not ready and takes nothing new. Resolves when all that was begun has ended, or when its
   * time is over.
   */
  drain(drainMs: number): Promise<void> {
    this.drained ??= within(drainMs, () => Promise.allSettled(this.drains.map((drain) => drain(drainMs))));
    return this.drained;
  }
}

/** What is told of its limit may still not keep it; a little longer than that nobody waits. */
const GRACE_MS = 1_000;

function within(ms: number, work: () => Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms + GRACE_MS);
    void work().then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
