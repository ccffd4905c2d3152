import type { JournalEvent } from '@rehearse/contracts';
import type { Effect, EffectRunner, Outcome } from '../execute/effects.js';
import { VERDICT_LANE } from '../journal/digest.js';
import { isAnswer } from './open-calls.js';
import { outcomeOf, placeOf, Tape } from './tape.js';

export type Request = JournalEvent<'model.requested' | 'tool.called'>;

/** What is asked, be it by an effect or by an event. */
type Wanted = Pick<Request, 'type' | 'lane' | 'key' | 'attempt' | 'inDigest'> & { tool: string | null };

export interface ComparedRequest {
  /** What of the tape it is compared with. */
  recorded: Request | null;
  change: 'same' | 'changed' | 'added' | 'moved';
}

/** Answers another version of a graph from the tape of a run, and notes what it asks for. */
export class CompareTape implements EffectRunner {
  /** Times, and whom a turn could ask. */
  readonly times: Tape;
  readonly #requests: readonly Request[];
  readonly #byPlace = new Map<string, Request>();
  readonly #byContent = new Map<string, Request[]>();
  readonly #answers = new Map<string, JournalEvent>();
  readonly #compared = new Map<string, ComparedRequest>();
  readonly #used = new Set<Request>();
  #due: { effect: Effect; answer: JournalEvent }[] = [];
  #hasMissed = false;

  constructor(events: readonly JournalEvent[]) {
    this.times = new Tape(events, { isLenient: true });
    this.#requests = events.filter(isRequest);
    for (const request of this.#requests) {
      const content = contentOf(request);
      this.#byPlace.set(placeOf(request), request);
      this.#byContent.set(content, [...(this.#byContent.get(content) ?? []), request]);
    }
    for (const event of events) if (isAnswer(event)) this.#answers.set(placeOf(event), event);
  }

  /** Whether something was asked for that the tape does not answer. */
  get hasMissed(): boolean {
    return this.#hasMissed;
  }

  /** What a request of the version is compared with. One that the run answered itself has not been asked for before. */
  compared(request: Request): ComparedRequest {
    return this.#compare(wantedBy(request));
  }

  /** What was recorded and asked for neither in its place nor in another. */
  unasked(): Request[] {
    return this.#requests.filter((request) => !this.#used.has(request));
  }

  start(effect: Effect): void {
    if (effect.kind !== 'model' && effect.kind !== 'tool') return this.times.start(effect);
    const { recorded } = this.#compare({
      ...{ lane: effect.lane, key: effect.key, attempt: effect.attempt, inDigest: effect.inDigest },
      type: effect.kind === 'model' ? 'model.requested' : 'tool.called',
      tool: effect.kind === 'tool' ? effect.request.tool : null,
    });
    const answer = recorded && this.#answers.get(placeOf(recorded));
    if (answer) this.#due.push({ effect, answer });
    // What was under way at the end of the recording is nobody's miss.
    else if (!recorded) this.#hasMissed = true;
  }

  isOverdue(last: JournalEvent | null): boolean {
    const { nextSeq } = this.times;
    return this.#due.every(({ answer }) => answer.seq > nextSeq) && this.times.isOverdue(last);
  }

  async next(): Promise<Outcome | null> {
    const nextSeq = Math.min(...this.#due.map(({ answer }) => answer.seq));
    if (this.#due.length === 0 || this.times.nextSeq < nextSeq) return this.times.next();
    const first = this.#due.reduce((a, b) => (a.answer.seq < b.answer.seq ? a : b));
    this.#due = this.#due.filter((one) => one !== first);
    return outcomeOf(first.effect, first.answer);
  }

  cancel(): void {
    this.#due = [];
    this.times.cancel();
  }

  #compare(wanted: Wanted): ComparedRequest {
    const known = this.#compared.get(placeOf(wanted));
    if (known) return known;
    const found = this.#find(wanted);
    if (found.recorded) this.#used.add(found.recorded);
    this.#compared.set(placeOf(wanted), found);
    return found;
  }

  /** By its place and content, then by its content elsewhere, then by its place. */
  #find(wanted: Wanted): ComparedRequest {
    const here = this.#byPlace.get(placeOf(wanted)) ?? null;
    if (here?.inDigest === wanted.inDigest && here) return { recorded: here, change: 'same' };
    const same = this.#byContent.get(contentOf(wanted)) ?? [];
    const elsewhere = same.find((one) => !this.#used.has(one)) ?? same[0];
    if (elsewhere) return { recorded: elsewhere, change: 'moved' };
    // The result of one tool is no result of another.
    const isUsable = here?.type === wanted.type && wantedBy(here).tool === wanted.tool;
    return isUsable ? { recorded: here, change: 'changed' } : { recorded: null, change: 'added' };
  }
}

const wantedBy = (request: Request): Wanted => ({
  ...request,
  tool: request.type === 'tool.called' ? request.data.tool : null,
});

/** What judges are asked is no request of the run. */
const contentOf = ({ type, lane, inDigest }: Pick<Wanted, 'type' | 'lane' | 'inDigest'>): string =>
  `${type} ${lane === VERDICT_LANE} ${inDigest}`;

export const isRequest = (event: JournalEvent): event is Request =>
  event.type === 'model.requested' || event.type === 'tool.called';
