import type { Hold, JournalEvent } from '@rehearse/contracts';
import { addCosts, costOf, type Cost } from './cost.js';
import { VERDICT_LANE } from './digest.js';

/** What a run costs that takes some of its answers from another one: those cost nothing again. */
export class RerunSpending {
  #hold: Hold | undefined;
  #costUsd: Cost = 0;

  push(event: JournalEvent): void {
    if (event.type === 'fork.base') this.#hold = event.data.hold;
    if (event.type !== 'model.responded' || !this.#hold) return;
    if (this.#hold.model && event.lane !== VERDICT_LANE) return;
    this.#costUsd = addCosts(this.#costUsd, costOf(event.data));
  }

  /** Undefined of a run that is no rerun. */
  get costUsd(): Cost | undefined {
    return this.#hold && this.#costUsd;
  }
}
