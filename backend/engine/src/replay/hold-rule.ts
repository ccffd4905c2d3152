import type { Hold, JournalEvent, StepError } from '@rehearse/contracts';
import { VERDICT_LANE } from '../journal/digest.js';
import { isAnswer } from './open-calls.js';
import { askedIn, placeOf, type Asked, type Tape } from './tape.js';
import type { AnswerRule } from './taped-effects.js';

/** The code of a call that was not made, for nobody may make it again. */
export const SIDE_EFFECT = 'replay/side-effect';

/**
 * Answers from the tape whatever is held and was asked before: in the same place, else anywhere. People and timers always
 * are; judges never. What is held and was never asked is had anew, but for what has a side effect.
 */
export class HoldRule implements AnswerRule {
  readonly #hold: Hold;
  readonly #tape: Pick<Tape, 'answerTo'>;
  readonly #byContent: ReadonlyMap<string, JournalEvent>;

  constructor(
    hold: Hold,
    { tape, events }: { tape: Pick<Tape, 'answerTo'>; events: readonly JournalEvent[] },
  ) {
    this.#hold = hold;
    this.#tape = tape;
    this.#byContent = answersByContent(events);
  }

  answerTo(asked: Asked): JournalEvent | null {
    if (!this.#isHeld(asked)) return null;
    const answer = this.#tape.answerTo(asked);
    if (answer || asked.fault !== null || asked.inDigest === undefined) return answer;
    return this.#byContent.get(contentOf(asked)) ?? null;
  }

  refusalOf({ kind, tool }: Asked): StepError | null {
    if (kind !== 'tool' || !this.#hold.sideEffects.includes(tool!)) return null;
    const message = `${tool} has a side effect and was never called with this; it is not called to see what varies`;
    return { code: SIDE_EFFECT, message, category: 'policy' };
  }

  #isHeld({ kind, lane, tool }: Asked): boolean {
    if (lane === VERDICT_LANE) return false;
    const { model, tools, sideEffects } = this.#hold;
    switch (kind) {
      case 'model':
        return model;
      case 'tool':
        return tools || sideEffects.includes(tool!);
      case 'human':
      case 'timer':
        return true;
      default:
        return false;
    }
  }
}

const contentOf = ({ kind, inDigest }: Asked): string => `${kind} ${inDigest}`;

/** The first answer to each request, whatever its place; what chaos had a hand in is no answer of anybody. */
function answersByContent(events: readonly JournalEvent[]): ReadonlyMap<string, JournalEvent> {
  const asked = new Map<string, string>();
  const answers = new Map<string, JournalEvent>();
  for (const event of events) {
    const request = askedIn(event);
    if (request && event.lane !== VERDICT_LANE) asked.set(placeOf(event), contentOf(request));
    if (event.type === 'chaos.injected') asked.delete(placeOf(event));
    if (!isAnswer(event)) continue;
    const content = asked.get(placeOf(event));
    if (content !== undefined && !answers.has(content)) answers.set(content, event);
  }
  return answers;
}
