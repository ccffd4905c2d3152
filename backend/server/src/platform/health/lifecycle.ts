import { Injectable } from '@nestjs/common';

type Drain = (drainMs: number) => Promise<void>;

/** Whether the server is coming to its end, and what must be brought to an end before the database closes. */
@Injectable()
export class Lifecycle {
  private readonly drains: Drain[] = [];
  private draining = false;

  get isDraining(): boolean {
    return this.draining;
  }

  /** Work that may finish before the end, such as runs: told once, with the time it has. */
  onDrain(drain: Drain): void {
    this.drains.push(drain);
  }

  /** From here on the server is not ready and takes nothing new. Resolves when all that was begun has ended. */
  async drain(drainMs: number): Promise<void> {
    this.draining = true;
    await Promise.allSettled(this.drains.map((drain) => drain(drainMs)));
  }
}
