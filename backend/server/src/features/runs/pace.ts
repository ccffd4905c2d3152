interface Limits {
  /** So many at once … */
  burst: number;
  /** … and so many a second after that. */
  perSecond: number;
}

/** How fast somebody may ask: a bucket of tokens that fills by itself. */
export class Pace {
  #left: number;
  #at: number;

  constructor(
    private readonly limits: Limits,
    private readonly now = () => performance.now(),
  ) {
    this.#left = limits.burst;
    this.#at = now();
  }

  /** False when it is too fast. */
  take(): boolean {
    const at = this.now();
    const filled = this.#left + ((at - this.#at) / 1_000) * this.limits.perSecond;
    this.#at = at;
    this.#left = Math.min(this.limits.burst, filled);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
