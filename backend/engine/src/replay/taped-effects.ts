import type { JournalEvent } from '@rehearse/contracts';
import type { Effect, EffectRunner } from '../execute/effects.js';
import { askedBy, outcomeOf, placeOf, type Asked, type Tape } from './tape.js';

/** How far a tape is used. */
export interface TapeUse {
  tape: Pick<Tape, 'answerTo'>;
  /** Once something had to be asked anew, the tape is used no more. */
  endsAtMiss: boolean;
  /** Calls that were under way where a tape or a prefix ends, by their places: they neither end its use nor mind its end. */
  open: ReadonlySet<string>;
}

/** Whether answers come from a tape or are had anew, told in the order in which they are asked for. */
export class TapeRule {
  readonly #use: TapeUse;
  #hasEnded = false;

  constructor(use: TapeUse) {
    this.#use = use;
  }

  /** The recorded answer, or null when it is to be had anew. */
  answerTo(asked: Asked): JournalEvent | null {
    const { tape, endsAtMiss, open } = this.#use;
    if (open.has(placeOf(asked))) return tape.answerTo(asked);
    const answer = this.#hasEnded ? null : tape.answerTo(asked);
    if (!answer && endsAtMiss && CALLS.has(asked.kind)) this.#hasEnded = true;
    return answer;
  }
}

const CALLS: ReadonlySet<Effect['kind']> = new Set(['model', 'tool', 'human'] as const);

/** Answers what the tape answers at once, in the order in which it was recorded; all else is carried out. */
export function tapedEffects(rule: TapeRule, beyond: EffectRunner): EffectRunner {
  let due: { effect: Effect; answer: JournalEvent }[] = [];
  return {
    start(effect) {
      const answer = rule.answerTo(askedBy(effect));
      if (answer) due.push({ effect, answer });
      else beyond.start(effect);
    },
    async next() {
      if (due.length === 0) return beyond.next();
      const first = due.reduce((a, b) => (a.answer.seq < b.answer.seq ? a : b));
      due = due.filter((one) => one !== first);
      return outcomeOf(first.effect, first.answer);
    },
    cancel() {
      due = [];
      beyond.cancel();
    },
  };
}
