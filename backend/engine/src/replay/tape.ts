import type { Json, JournalEvent, Target } from '@rehearse/contracts';
import { canonicalJson } from '../journal/canonical.js';
import type { Effect, EffectRunner, Outcome } from '../execute/effects.js';

/** A call that a replay makes and the recording does not answer. */
export interface Miss {
  effect: Effect;
  /** The recorded request with the same key and attempt, when there is one. */
  recorded: JournalEvent | null;
}

const OUTCOMES: ReadonlySet<string> = new Set(['model.responded', 'model.failed', 'tool.returned', 'tool.failed']);
const placeOf = ({ key, attempt }: { key: string; attempt: number }) => `${key} ${attempt}`;

/**
 * Answers effects from a recording, matched by key, attempt and `inDigest`, in the order in which the answers arrived
 * when they were recorded. Nothing is ever matched by order of arrival or by likeness.
 */
export class Tape implements EffectRunner {
  /** What could not be answered. */
  readonly misses: Miss[] = [];
  readonly #answers = new Map<string, JournalEvent>();
  readonly #requests = new Map<string, JournalEvent>();
  readonly #times = new Map<string, number>();
  readonly #switches = new Set<string>();
  #waiting: { seq: number; effect: Effect; answer: JournalEvent }[] = [];
  #isStopped = false;

  constructor(events: readonly JournalEvent[], instant: (event: JournalEvent) => number) {
    for (const event of events) {
      this.#times.set(timeKey(event), instant(event));
      const place = placeOf(event);
      if (event.type === 'model.requested' || event.type === 'tool.called') this.#requests.set(place, event);
      else if (event.type === 'budget.exceeded' && event.data.limit === 'maxDuration') this.#answers.set(place, event);
      else if (OUTCOMES.has(event.type)) this.#answers.set(place, event);
      else if (event.type === 'provider.switched') this.#switches.add(switchKey(event.data.from, event));
    }
  }

  /** When the recorded event with this key, type and attempt happened; else when the last one did. */
  now(event: { key: string; type: string; attempt: number }): number {
    const at = this.#times.get(timeKey(event));
    return (this.#last = at ?? this.#last);
  }
  #last = 0;

  /** A recorded switch is read; credentials are never looked at. */
  unavailable(target: Target, place: { key: string; attempt: number }): string | null {
    return this.#switches.has(switchKey(target, place)) ? this.#reason(place) : null;
  }
  #reason(place: { key: string; attempt: number }): string {
    return this.#reasons.get(placeOf(place)) ?? 'not_configured';
  }
  readonly #reasons = new Map<string, string>();

  start(effect: Effect): void {
    const answer = this.#answers.get(placeOf(effect));
    const request = this.#requests.get(placeOf(effect)) ?? null;
    if (effect.kind === 'deadline') {
      if (answer) this.#waiting.push({ seq: answer.seq, effect, answer });
    } else if (!request || request.inDigest !== effect.inDigest) {
      this.misses.push({ effect, recorded: request });
      this.#isStopped = true;
    } else if (answer) this.#waiting.push({ seq: answer.seq, effect, answer });
    else this.#unanswered.push(effect);
  }
  readonly #unanswered: Effect[] = [];

  /** Recorded as asked, but never as answered: the run ended meanwhile. */
  get unanswered(): readonly Effect[] {
    return this.#unanswered;
  }

  async next(): Promise<Outcome | null> {
    if (this.#isStopped || this.#waiting.length === 0) return null;
    const first = this.#waiting.reduce((a, b) => (a.seq < b.seq ? a : b));
    this.#waiting = this.#waiting.filter((waiting) => waiting !== first);
    return outcomeOf(first.effect, first.answer);
  }

  cancel(): void {}
}

const timeKey = ({ key, type, attempt }: { key: string; type: string; attempt: number }) => `${type} ${key} ${attempt}`;
const switchKey = (from: Target, place: { key: string; attempt: number }) =>
  `${placeOf(place)} ${canonicalJson(from as Json)}`;

function outcomeOf(effect: Effect, answer: JournalEvent): Outcome {
  switch (answer.type) {
    case 'model.responded':
      return { effect: effect as Effect & { kind: 'model' }, outcome: { ok: true, ...answer.data } };
    case 'model.failed':
      return { effect: effect as Effect & { kind: 'model' }, outcome: { ok: false, ...answer.data } };
    case 'tool.returned':
      return { effect: effect as Effect & { kind: 'tool' }, outcome: { ok: true, result: answer.data.result } };
    case 'tool.failed':
      return { effect: effect as Effect & { kind: 'tool' }, outcome: { ok: false, error: answer.data.error } };
    default:
      return { effect: effect as Effect & { kind: 'deadline' } };
  }
}
