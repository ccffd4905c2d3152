import type { JournalEvent, StepError } from '@rehearse/contracts';
import type { Effect, EffectRunner, Outcome } from '../execute/effects.js';
import { askedBy, outcomeOf, placeOf, type Asked, type Tape } from './tape.js';

/** How far a tape is used. */
export interface TapeUse {
  tape: Pick<Tape, 'answerTo'>;
  /** Once something had to be asked anew, the tape is used no more. */
  endsAtMiss: boolean;
  /** Calls that were under way where a tape or a prefix ends, by their places: they neither end its use nor mind its end. */
  open: ReadonlySet<string>;
}

/** Who answers what is asked, told in the order in which it is asked. */
export interface AnswerRule {
  /** The recorded answer, or null when it is to be had anew. */
  answerTo(asked: Asked): JournalEvent | null;
  /** Why nobody may be asked anew, or null. */
  refusalOf?(asked: Asked): StepError | null;
}

/** Whether answers come from a tape or are had anew, told in the order in which they are asked for. */
export class TapeRule implements AnswerRule {
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
export function tapedEffects(rule: AnswerRule, beyond: EffectRunner): EffectRunner {
  let due: { seq: number; outcome: Outcome }[] = [];
  return {
    start(effect) {
      const asked = askedBy(effect);
      const answer = rule.answerTo(asked);
      const error = answer ? null : (rule.refusalOf?.(asked) ?? null);
      if (answer) due.push({ seq: answer.seq, outcome: outcomeOf(effect, answer) });
      else if (error && effect.kind === 'tool')
        due.push({ seq: Infinity, outcome: { kind: 'tool', effect, outcome: { ok: false, error } } });
      else beyond.start(effect);
    },
    isOverdue: (last) => due.length === 0 && beyond.isOverdue(last),
    async next() {
      if (due.length === 0) return beyond.next();
      const first = due.reduce((a, b) => (a.seq <= b.seq ? a : b));
      due = due.filter((one) => one !== first);
      return first.outcome;
    },
    cancel() {
      due = [];
      beyond.cancel();
    },
  };
}
