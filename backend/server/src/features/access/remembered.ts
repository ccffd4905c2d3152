import { LRUCache } from 'lru-cache';

interface Limits {
  max: number;
  ttlMs: number;
}

/** Answers of the database that hold for a moment. One that is forgotten while it is read is read anew by whoever asks next. */
export class Remembered<T extends object> {
  readonly #answers: LRUCache<string, Promise<T | null>>;

  constructor({ max, ttlMs }: Limits) {
    this.#answers = new LRUCache({ max, ttl: ttlMs });
  }

  /** What is not there is not remembered, so that nobody can push out what is. */
  get(name: string, read: () => Promise<T | null>): Promise<T | null> {
    const known = this.#answers.get(name);
    if (known) return known;
    const answer = read();
    this.#answers.set(name, answer);
    const drop = () => this.#answers.peek(name) === answer && this.#answers.delete(name);
    answer.then((found) => found ?? drop(), drop);
    return answer;
  }

  /** Null: everything. */
  forget(name: string | null): void {
    if (name === null) this.#answers.clear();
    else this.#answers.delete(name);
  }
}
