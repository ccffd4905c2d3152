/**
 * Reads that many want at once are made once. Who asks while one is under way may have heard of something newer, so it gets the
 * next one, together with all who asked meanwhile: at most two reads for each key, however many ask.
 */
export class SharedReads<T> {
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #next = new Map<string, Promise<T>>();

  read(key: string, read: () => Promise<T>): Promise<T> {
    const waiting = this.#next.get(key);
    if (waiting) return waiting;
    const before = this.#running.get(key) ?? Promise.resolve();
    const next = before.then(
      () => this.#begin(key, read),
      () => this.#begin(key, read),
    );
    this.#next.set(key, next);
    return next;
  }

  /** How many keys are read now, for tests of the clean-up. */
  get size(): number {
    return this.#running.size + this.#next.size;
  }

  async #begin(key: string, read: () => Promise<T>): Promise<T> {
    this.#next.delete(key);
    const reading = read();
    this.#running.set(key, reading);
    try {
      return await reading;
    } finally {
      if (this.#running.get(key) === reading) this.#running.delete(key);
    }
  }
}
