import type { JournalEvent } from '@rehearse/contracts';
import { liveEffects } from '../execute/live-effects.js';
import type { Effect, EffectRunner, Outcome } from '../execute/effects.js';
import { VERDICT_LANE } from '../journal/digest.js';
import type { Ports } from '../ports.js';
import { outcomeOf, placeOf, type Tape } from './tape.js';

/** Who answers what assertions ask: the tape, as far as it was asked the same, or the judges anew. */
export type Judges = 'held' | 'live';

/** Whether a call is one of an assertion. */
export const isJudge = (key: string): boolean => /(?:^|\.)assert\[/.test(key);

interface Judging {
  tape: Tape;
  events: readonly JournalEvent[];
  judges: Judges;
  /** Of these, judges are asked when they are live, and programs are run in any case. */
  ports: Pick<Ports, 'model' | 'embed' | 'script' | 'clock'>;
}

const NOBODY: Pick<Ports, 'human' | 'tool'> = {
  human: { ask: async () => null },
  tool: {
    call: async () => ({
      ok: false,
      error: { code: 'replay/no-answer', message: 'no tool is called', category: 'tool' },
    }),
  },
};

/** Nodes are answered from the tape alone; what checks ask is answered by who is to judge. */
export function judgingEffects({ tape, events, judges, ports }: Judging): EffectRunner {
  const live = liveEffects({ ports: { ...ports, ...NOBODY } });
  const held = judges === 'held' ? heldAnswers(events) : null;
  const due: Outcome[] = [];
  return {
    start(effect) {
      if (effect.kind !== 'script' && effect.lane !== VERDICT_LANE) tape.start(effect);
      else if (effect.kind === 'model' && held) due.push(held(effect));
      else live.start(effect);
    },
    isOverdue: (last) => tape.isOverdue(last),
    async next() {
      return (await tape.next()) ?? due.shift() ?? live.next();
    },
    cancel() {
      tape.cancel();
      live.cancel();
    },
  };
}

type Ask = Effect & { kind: 'model' };

/** What judges answered, by the digest of what they were asked: an assertion may stand in another place now. */
function heldAnswers(events: readonly JournalEvent[]): (effect: Ask) => Outcome {
  const asked = new Map<string, string>();
  const answers = new Map<string, JournalEvent>();
  for (const event of events) {
    if (event.lane !== VERDICT_LANE) continue;
    if (event.type === 'model.requested') asked.set(placeOf(event), event.inDigest ?? '');
    const digest = asked.get(placeOf(event));
    if (event.type === 'model.responded') answers.set(digest!, event);
    if (event.type === 'model.failed' && !answers.has(digest!)) answers.set(digest!, event);
  }
  return (effect) => {
    const answer = answers.get(effect.inDigest);
    if (answer) return outcomeOf(effect, answer);
    const message = 'the tape has no answer of a judge to this; judges that are live can be asked';
    const error = { code: 'replay/no-answer', message, category: 'validation' } as const;
    return { kind: 'model', effect, outcome: { ok: false, error, retryable: false } };
  };
}
