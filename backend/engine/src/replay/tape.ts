import type { EventType, JournalEvent, JournalTarget } from '@rehearse/contracts';
import { effectId, type Effect, type EffectRunner, type Outcome } from '../execute/effects.js';
import { canonicalJson } from '../journal/canonical.js';
import { fromInstant } from '../journal/instant.js';

type At = { key: string; attempt: number };

/** The kind of call that an event answers. */
const ANSWERS: Readonly<Partial<Record<EventType, Effect['kind']>>> = {
  'model.responded': 'model',
  'model.failed': 'model',
  'tool.returned': 'tool',
  'tool.failed': 'tool',
  'human.decided': 'human',
  'timer.fired': 'timer',
  'budget.exceeded': 'deadline',
};
const placeOf = ({ key, attempt }: At) => `${key} ${attempt}`;
const timeKey = ({ key, type, attempt }: At & { type: string }) => `${type} ${key} ${attempt}`;
const targetKey = (key: string, target: JournalTarget) => `${key} ${canonicalJson(target)}`;

/**
 * Answers effects from a recording, matched by key, attempt and `inDigest`, in the order in which the answers arrived
 * when they were recorded. Nothing is ever matched by order of arrival or by likeness, and nothing leaves the process.
 */
export class Tape implements EffectRunner {
  readonly #answers = new Map<string, JournalEvent>();
  readonly #requests = new Map<string, JournalEvent>();
  readonly #judged = new Map<string, JournalEvent>();
  readonly #times = new Map<string, string>();
  readonly #passedOver = new Map<string, string>();
  readonly #asked = new Set<string>();
  /** The target that each turn tried first. */
  readonly #firsts = new Map<string, JournalTarget>();
  #waiting: { effect: Effect; answer: JournalEvent }[] = [];
  #lastMs = 0;
  #hasMissed = false;

  constructor(events: readonly JournalEvent[]) {
    for (const event of events) this.#record(event);
  }

  /** Whether something was asked for that the recording does not answer. */
  get hasMissed(): boolean {
    return this.#hasMissed;
  }

  /** When the recorded event with this key, type and attempt happened; else when the one before it did. */
  now(event: At & { type: string }): number {
    const recorded = this.#times.get(timeKey(event));
    if (recorded !== undefined) this.#lastMs = fromInstant(recorded);
    return this.#lastMs;
  }

  /** Why a target was passed over in the recording, or null; credentials are never looked at. */
  unavailable(target: JournalTarget, { key }: At): string | null {
    const place = targetKey(key, target);
    return this.#asked.has(place) ? null : (this.#passedOver.get(place) ?? null);
  }

  /** The target that a turn tried first when it was recorded; nothing is measured or compared again. */
  rank(targets: readonly JournalTarget[], { key }: { key: string }): readonly JournalTarget[] {
    const first = this.#firsts.get(key);
    return first ? [first] : targets;
  }

  start(effect: Effect): void {
    // A program is not run again: what it led to was recorded, together with what it was given.
    const answer =
      effect.kind === 'script' ? this.#judged.get(effect.assertion) : this.#answers.get(effectId(effect));
    if (
      effect.kind !== 'script' &&
      'inDigest' in effect &&
      this.#requests.get(placeOf(effect))?.inDigest !== effect.inDigest
    )
      this.#hasMissed = true;
    // What was asked and never answered stays so: the run had ended meanwhile.
    else if (answer) this.#waiting.push({ effect, answer });
  }

  async next(): Promise<Outcome | null> {
    if (this.#hasMissed || this.#waiting.length === 0) return null;
    const first = this.#waiting.reduce((a, b) => (a.answer.seq < b.answer.seq ? a : b));
    this.#waiting = this.#waiting.filter((waiting) => waiting !== first);
    return outcomeOf(first.effect, first.answer);
  }

  cancel(): void {
    this.#waiting = [];
  }

  #begin(key: string, target: JournalTarget): void {
    if (!this.#firsts.has(key)) this.#firsts.set(key, target);
  }

  #record(event: JournalEvent): void {
    const place = placeOf(event);
    this.#times.set(timeKey(event), event.at);
    if (event.type === 'model.requested' || event.type === 'tool.called') this.#requests.set(place, event);
    if (event.type === 'model.requested') this.#begin(event.key, event.data.target);
    if (event.type === 'provider.switched') this.#begin(event.key, event.data.from);
    if (event.type === 'model.requested') this.#asked.add(targetKey(event.key, event.data.target));
    if (event.type === 'provider.switched')
      this.#passedOver.set(targetKey(event.key, event.data.from), event.data.reason);
    if (event.type === 'assertion.evaluated') this.#judged.set(event.key, event);
    const kind = ANSWERS[event.type];
    if (event.type === 'budget.exceeded' && event.data.limit !== 'maxDuration') return;
    if (kind) this.#answers.set(effectId({ kind, ...event }), event);
  }
}

function outcomeOf(effect: Effect, answer: JournalEvent): Outcome {
  switch (answer.type) {
    case 'model.responded':
      return { kind: 'model', effect, outcome: { ok: true, ...answer.data } } as Outcome;
    case 'model.failed':
      return { kind: 'model', effect, outcome: { ok: false, ...answer.data } } as Outcome;
    case 'tool.returned':
      return { kind: 'tool', effect, outcome: { ok: true, result: answer.data.result } } as Outcome;
    case 'tool.failed':
      return { kind: 'tool', effect, outcome: { ok: false, error: answer.data.error } } as Outcome;
    case 'assertion.evaluated':
      return { kind: 'script', effect, outcome: { recorded: answer.data } } as Outcome;
    case 'human.decided':
      return { kind: 'human', effect, outcome: answer.data } as Outcome;
    default:
      return { kind: effect.kind, effect } as Outcome;
  }
}
