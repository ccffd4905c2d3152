import type { EventType, JournalEvent, JournalTarget } from '@rehearse/contracts';
import { isOnTrajectory } from '../contract/index.js';
import { effectId, type Effect, type EffectRunner, type Outcome } from '../execute/effects.js';
import { canonicalJson, canonicalOfPart, digestOf } from '../journal/canonical.js';
import { fromInstant } from '../journal/instant.js';

type At = { key: string; attempt: number };

/** What is asked for, as far as an answer depends on it. */
export interface Asked extends At {
  kind: Effect['kind'];
  lane: string;
  /** Of a tool its name. */
  tool?: string | undefined;
  inDigest?: string | undefined;
  /** What chaos does to the call. */
  fault: string | null;
}

export const askedBy = (effect: Effect): Asked => ({
  ...{ kind: effect.kind, lane: effect.lane, key: effect.key, attempt: effect.attempt },
  tool: effect.kind === 'tool' ? effect.request.tool : undefined,
  inDigest:
    effect.kind === 'human' ? digestOf(effect.request) : 'inDigest' in effect ? effect.inDigest : undefined,
  fault: 'fault' in effect ? (effect.fault?.kind ?? null) : null,
});

/** The same of an event that asks; null for any other. */
export function askedIn(event: JournalEvent): Asked | null {
  const { lane, key, attempt, inDigest, data } = event;
  switch (event.type) {
    case 'model.requested':
      return { kind: 'model', lane, key, attempt, inDigest, fault: null };
    case 'tool.called':
      return { kind: 'tool', lane, key, attempt, inDigest, fault: null, tool: event.data.tool };
    case 'human.requested':
      return { kind: 'human', lane, key, attempt, inDigest: digestOf(data), fault: null };
    default:
      return null;
  }
}

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
const isOutOfTime = (event: JournalEvent): boolean =>
  event.type === 'budget.exceeded' && event.data.limit === 'maxDuration';

/** Of a call, whatever it is of. */
export const placeOf = ({ key, attempt }: At): string => `${key} ${attempt}`;
const eventKey = ({ key, type, attempt }: At & { type: string }) => `${type} ${key} ${attempt}`;
const targetKey = (key: string, target: JournalTarget) => `${key} ${canonicalJson(target)}`;

/**
 * Answers effects from a recording, matched by key, attempt and `inDigest`, in the order in which the answers arrived
 * when they were recorded. Nothing is ever matched by order of arrival or by likeness, and nothing leaves the process.
 */
export class Tape implements EffectRunner {
  readonly #answers = new Map<string, JournalEvent>();
  readonly #requests = new Map<string, JournalEvent>();
  /** The digest of what was asked, by the effect. */
  readonly #asked = new Map<string, string | undefined>();
  readonly #judged = new Map<string, JournalEvent>();
  readonly #events = new Map<string, JournalEvent>();
  readonly #passedOver = new Map<string, string>();
  readonly #faults = new Map<string, string>();
  readonly #askedTargets = new Set<string>();
  /** The target that each turn tried first. */
  readonly #firsts = new Map<string, JournalTarget>();
  #waiting: { effect: Effect; answer: JournalEvent }[] = [];
  /** Where the time of the recorded run was up; null where it was not. */
  #overdue: { behind: string; seq: number } | null = null;
  #lastMs = 0;
  #found: JournalEvent | undefined;
  #hasMissed = false;

  readonly #isLenient: boolean;

  /** A lenient one leaves what it has no answer for unanswered, and goes on with all else. */
  constructor(events: readonly JournalEvent[], { isLenient = false }: { isLenient?: boolean } = {}) {
    this.#isLenient = isLenient;
    let behind = '';
    for (const event of events) {
      this.#record(event);
      if (isOutOfTime(event)) this.#overdue = { behind, seq: event.seq };
      if (isOnTrajectory(event)) behind = eventKey(event);
    }
  }

  /** Whether something was asked for that the recording does not answer. */
  get hasMissed(): boolean {
    return this.#hasMissed;
  }

  /** When the recorded event with this key, type and attempt happened; else when the one before it did. */
  now(event: At & { type: string }): number {
    const recorded = this.recorded(event);
    if (recorded) this.#lastMs = fromInstant(recorded.at);
    return this.#lastMs;
  }

  /** The recorded event with this key, type and attempt. */
  recorded(event: At & { type: string }): JournalEvent | undefined {
    const last = this.#found;
    // Its time is asked for, and then itself.
    if (last?.key === event.key && last.type === event.type && last.attempt === event.attempt) return last;
    return (this.#found = this.#events.get(eventKey(event)));
  }

  /** Why a target was passed over in the recording, or null; credentials are never looked at. */
  unavailable(target: JournalTarget, { key }: At): string | null {
    // The same object each time, unlike those of a recording.
    const place = `${key} ${canonicalOfPart(target)}`;
    return this.#askedTargets.has(place) ? null : (this.#passedOver.get(place) ?? null);
  }

  /** The target that a turn tried first when it was recorded; nothing is measured or compared again. */
  rank(targets: readonly JournalTarget[], { key }: { key: string }): readonly JournalTarget[] {
    const first = this.#firsts.get(key);
    return first ? [first] : targets;
  }

  /** Whether a model was asked under this key. */
  knows(key: string): boolean {
    return this.#firsts.has(key);
  }

  /** What was recorded as the answer to the very same: the same key, attempt and request, under the same fault. */
  answerTo(asked: Asked): JournalEvent | null {
    const answer = this.#answers.get(effectId(asked));
    if (!answer || asked.kind === 'deadline') return null;
    if (asked.inDigest === undefined) return answer;
    const isSame = this.#asked.get(effectId(asked)) === asked.inDigest;
    return isSame && asked.fault === (this.#faults.get(placeOf(asked)) ?? null) ? answer : null;
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
      this.#hasMissed = !this.#isLenient;
    // What was asked and never answered stays so: the run had ended meanwhile.
    else if (answer) this.#waiting.push({ effect, answer });
  }

  /** Whether the time of the recorded run was up here: behind the same event, and with no answer to come before. */
  isOverdue(last: JournalEvent | null): boolean {
    const overdue = this.#overdue;
    return (
      overdue !== null && last !== null && eventKey(last) === overdue.behind && this.nextSeq === overdue.seq
    );
  }

  /** The seq of the answer that comes next; Infinity when there is none. */
  get nextSeq(): number {
    return Math.min(...this.#waiting.map(({ answer }) => answer.seq));
  }

  async next(): Promise<Outcome | null> {
    if (this.#hasMissed || this.#waiting.length === 0) return null;
    let at = 0;
    for (let i = 1; i < this.#waiting.length; i++)
      if (this.#waiting[i]!.answer.seq <= this.#waiting[at]!.answer.seq) at = i;
    const [first] = this.#waiting.splice(at, 1);
    return outcomeOf(first!.effect, first!.answer);
  }

  cancel(): void {
    this.#waiting = [];
  }

  #begin(key: string, target: JournalTarget): void {
    if (!this.#firsts.has(key)) this.#firsts.set(key, target);
  }

  #record(event: JournalEvent): void {
    const place = placeOf(event);
    this.#events.set(eventKey(event), event);
    const asked = askedIn(event);
    if (asked) this.#asked.set(effectId(asked), asked.inDigest);
    if (event.type === 'model.requested' || event.type === 'tool.called') this.#requests.set(place, event);
    if (event.type === 'model.requested') this.#begin(event.key, event.data.target);
    if (event.type === 'provider.switched') this.#begin(event.key, event.data.from);
    if (event.type === 'model.requested') this.#askedTargets.add(targetKey(event.key, event.data.target));
    if (event.type === 'provider.switched')
      this.#passedOver.set(targetKey(event.key, event.data.from), event.data.reason);
    if (event.type === 'chaos.injected') this.#faults.set(place, event.data.fault);
    if (event.type === 'assertion.evaluated') this.#judged.set(event.key, event);
    const kind = ANSWERS[event.type];
    if (event.type === 'budget.exceeded' && !isOutOfTime(event)) return;
    if (kind) this.#answers.set(effectId({ kind, ...event }), event);
  }
}

/** What a recorded answer is to the effect that it is given to. */
export function outcomeOf(effect: Effect, answer: JournalEvent): Outcome {
  switch (answer.type) {
    case 'model.responded':
      return { kind: 'model', effect, outcome: { ok: true, ...answer.data } } as Outcome;
    case 'model.failed':
      return { kind: 'model', effect, outcome: { ok: false, ...answer.data } } as Outcome;
    case 'tool.returned': {
      const { tool: _, ...returned } = answer.data;
      return { kind: 'tool', effect, outcome: { ok: true, ...returned } } as Outcome;
    }
    case 'tool.failed': {
      const { tool: _, ...failure } = answer.data;
      return { kind: 'tool', effect, outcome: { ok: false, ...failure } } as Outcome;
    }
    case 'assertion.evaluated':
      return { kind: 'script', effect, outcome: { recorded: answer.data } } as Outcome;
    case 'human.decided':
      return { kind: 'human', effect, outcome: answer.data } as Outcome;
    default:
      return { kind: effect.kind, effect } as Outcome;
  }
}
