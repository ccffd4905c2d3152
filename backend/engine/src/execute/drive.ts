import type { EndReason, JournalEvent, JsonObject } from '@rehearse/contracts';
import { findingDraft, isOnTrajectory, watch, type Finding, type Monitor } from '../contract/index.js';
import { verdictDigest, VERDICT_LANE } from '../journal/digest.js';
import { coverOf } from '../journal/early-end.js';
import { inKeyOrder } from '../journal/key-order.js';
import { laneOf } from '../journal/keys.js';
import type { EventDraft, JournalWriter } from '../journal/writer.js';
import { subVarsOf } from './bindings.js';
import { hasOnlyChecksLeft } from './checks-left.js';
import { decide } from './decide.js';
import type { Deciding, Decision } from './decision.js';
import { effectId, type Effect, type EffectRunner, type Outcome, type Told } from './effects.js';
import { evolve } from './evolve.js';
import { judgeRelated } from './follow-up.js';
import { endedEarly, judgeRun, runFinished } from './finish.js';
import { scriptDigest } from './judge.js';
import { isSettled } from './node-state.js';
import { outcomeDraft } from './outcome.js';
import { laneNeedsOf, positionOf, type Plan } from './plan.js';
import { prepareAssertions } from './prepare.js';
import { RunState } from './state.js';

/** Where events go as they happen. A promise says when they are durable. */
export interface JournalSink {
  append(events: readonly JournalEvent[]): Promise<void> | void;
}

/** In what order contracts see the events of concurrent lanes. */
export interface EventOrder {
  /** The events that are due, now that this one has happened. */
  take(event: JournalEvent): readonly JournalEvent[];
  /** What is still held back at the end. */
  rest(): readonly JournalEvent[];
}

const NO_STOPS: ReadonlySet<string> = new Set();

const AS_THEY_HAPPEN: EventOrder = { take: (event) => [event], rest: () => [] };

export interface DriveOptions {
  plan: Plan;
  writer: JournalWriter;
  sink: JournalSink;
  effects: EffectRunner;
  /** A journal to go on behind, as after a crash. */
  recorded: readonly JournalEvent[];
  order?: EventOrder;
  /** Its verdict digest covers all results however it ends, as that of a run that is replayed did. */
  coversAll?: boolean;
  /** Ends the run at this event, whatever its contracts say. */
  endAt?: { reason: EndReason; isAt(event: JournalEvent): boolean } | undefined;
  /** Called once, when nothing is left but checks that this process makes by itself; they wait for what it answers. */
  beforeChecks?: (() => Promise<void> | null) | undefined;
  /** Whether nothing more is to begin; a run that has begun nothing yet is begun all the same. */
  isPausing?: () => boolean;
  /** Asked between two decisions: something to wait for, so that a run which awaits nothing leaves room for others. */
  breathe?: () => Promise<void> | null;
  /** What differs when the journal so far is executed again with its own answers; null when nothing does. */
  replayOwn: (plan: Plan, events: readonly JournalEvent[]) => Promise<string | null>;
}

/** Runs a graph to its end, or until no outcome can come any more: decide, carry out, append, evolve, again. */
export async function drive(options: DriveOptions): Promise<JournalEvent[]> {
  const driver = new Driver(options);
  await driver.run();
  return driver.events;
}

class Driver {
  readonly events: JournalEvent[];
  readonly #plan: Plan;
  readonly #options: DriveOptions;
  readonly #monitor: Monitor;
  readonly #order: EventOrder;
  readonly #inFlight = new Set<string>();
  /** What a recorded journal gives rise to; most of it stands in the journal already. */
  readonly #owed: Finding[];
  readonly #unsent: JournalEvent[] = [];
  readonly #state: RunState;
  readonly #deciding: Deciding;
  /** The last event on the trajectory. */
  #last: JournalEvent | null = null;
  #durable: Promise<void> = Promise.resolve();
  #isChecking = false;

  constructor(options: DriveOptions) {
    const { plan, recorded, writer } = options;
    this.#order = options.order ?? AS_THEY_HAPPEN;
    this.#options = options;
    this.#plan = plan;
    this.#state = new RunState(plan.graph, plan.endsAsRecorded && NO_STOPS);
    this.#state.facts.keepsCalls = (plan.faults ?? []).length > 0;
    this.#deciding = {
      ...{ plan, state: this.#state, inFlight: this.#inFlight },
      isOverdue: () => options.effects.isOverdue(this.#last),
    };
    const varsAt = (execution: string) => varsWithin(plan, this.#state, execution);
    this.#monitor = watch({ ...plan.graph, vars: plan.vars, varsAt });
    this.events = [...recorded];
    writer.resume(recorded);
    this.#owed = recorded.map(asGoneBy).flatMap((event) => {
      evolve(this.#state, event);
      return this.#monitor.observe(event);
    });
  }

  async run(): Promise<void> {
    if (!this.#plan.withoutChecks) await prepareAssertions(this.#plan);
    for (const finding of this.#owed) this.#report(finding);
    for (;;) {
      await this.#decideAll();
      if (this.#state.finished) break;
      const arrived = await this.#options.effects.next();
      if (arrived === null) break;
      this.#inFlight.delete(effectId(arrived.effect));
      this.#take(arrived);
    }
    this.#send();
    await this.#durable;
  }

  async #decideAll(): Promise<void> {
    for (;;) {
      const breath = this.#options.breathe?.();
      if (breath) await this.#sentBeside(breath);
      // Between two decisions, so that what one of them begins is begun whole.
      if (this.#state.started && this.#options.isPausing?.()) break;
      const ahead = this.#checksAhead();
      if (ahead) await ahead;
      const decision = decide(this.#deciding);
      if (!decision) break;
      const isFirst = !this.#state.started;
      // Most is carried out at once, and an await costs a turn of the queue for each node.
      const under = this.#carryOut(decision);
      if (under) await under;
      if (decision.finish) this.#finish(decision.finish);
      // The run exists before anything is done in its name.
      if (isFirst) await this.#sent();
    }
    this.#send();
  }

  /** Something to wait for before the checks, where whoever drives asked for it. */
  #checksAhead(): Promise<void> | null {
    const { beforeChecks } = this.#options;
    if (!beforeChecks || this.#isChecking || !hasOnlyChecksLeft(this.#plan, this.#state)) return null;
    this.#isChecking = true;
    return beforeChecks();
  }

  #take(arrived: Outcome): void {
    if (arrived.kind === 'script' || arrived.kind === 'replay') this.#hear(arrived);
    else if (!this.#isLate(arrived)) this.#append(outcomeDraft(this.#plan, this.#state, inOrder(arrived)));
  }

  /** An answer that is no event: it shows in the result of the assertion that asked. */
  #hear({ effect, outcome }: Told): void {
    if ('ok' in outcome) {
      this.#state.told.set(effect.key, outcome);
      return this.#state.wake(effect.key);
    }
    const { recorded } = outcome;
    const key = recorded.id;
    const inDigest = scriptDigest(this.#state, key);
    const asked = inDigest === undefined ? {} : { inDigest };
    this.#append({ type: 'assertion.evaluated', lane: VERDICT_LANE, key, ...asked, data: recorded });
  }

  /** A contract that stops the run keeps what follows its violation from happening. A promise where something has to be awaited. */
  #carryOut({ drafts, effects }: Decision): Promise<void> | null {
    for (const draft of drafts) if (this.#goesOn()) this.#append(draft);
    return this.#startFrom(0, effects);
  }

  #goesOn(): boolean {
    return this.#state.ending?.kind !== 'contract';
  }

  #startFrom(first: number, effects: readonly Effect[]): Promise<void> | null {
    for (let i = first; i < effects.length && this.#goesOn(); i++) {
      const starting = this.#start(effects[i]!);
      if (starting) return starting.then(() => this.#startFrom(i + 1, effects) ?? undefined);
    }
    return null;
  }

  #start(effect: Effect): Promise<void> | null {
    if (effect.kind === 'replay') return this.#replayOwn(effect);
    if (effect.kind === 'script') noteScript(this.#state, effect);
    this.#inFlight.add(effectId(effect));
    // An intent with a side effect is durable before the call goes out.
    if (effect.kind === 'tool' && effect.sideEffect)
      return this.#sent().then(() => this.#options.effects.start(effect));
    this.#options.effects.start(effect);
    return null;
  }

  async #replayOwn(effect: Effect & { kind: 'replay' }): Promise<void> {
    const difference = await this.#options.replayOwn(this.#plan, this.events);
    this.#hear({ kind: 'replay', effect, outcome: { ok: true, value: difference } });
  }

  /** The time of a run ends with its nodes. A timer, or a person, may answer when what waited for them has settled by the other. */
  #isLate({ kind, effect }: Outcome): boolean {
    if (kind === 'deadline') return this.#state.root.isSettled;
    if (kind !== 'timer' && kind !== 'human') return false;
    const slot = this.#state.slotOf(effect.lane, effect.key);
    return !slot || isSettled(slot.state) || slot.state.decision !== null;
  }

  #finish(reason: EndReason): void {
    this.#options.effects.cancel();
    this.#observe(this.#order.rest());
    // What a budget cut off was not told; it is shown, and leaves the run inconclusive.
    const weight = reason.kind === 'budget' ? 0 : 1;
    for (const finding of this.#monitor.end(endedEarly(reason))) this.#report(finding, weight);
    const { faults } = this.#state.facts.faults;
    for (const draft of judgeRun(this.#plan, this.#state, { reason, faults })) this.#append(draft);
    for (const draft of judgeRelated(this.#plan, this.#state, reason)) this.#append(draft);
    const { writer } = this.#options;
    const closing = {
      reason,
      head: (lane: string) => writer.head(lane),
      verdictDigest: this.#verdictDigest(reason),
    };
    this.#append(runFinished(this.#plan, this.#state, closing));
  }

  #verdictDigest(reason: EndReason): string {
    const { events } = this;
    if (this.#options.coversAll) return verdictDigest(events);
    return verdictDigest(events, coverOf({ events, reason, laneNeeds: laneNeedsOf(this.#plan.graph) }));
  }

  #append(draft: EventDraft): void {
    // A result that the journal has already is not given twice, as when a run goes on after a crash.
    if (draft.lane === VERDICT_LANE && this.#state.judged.has(draft.key)) return;
    const event = this.#options.writer.append(draft);
    evolve(this.#state, event);
    this.events.push(event);
    this.#unsent.push(event);
    if (isOnTrajectory(event)) {
      this.#last = event;
      this.#observe(this.#order.take(event));
    }
    if (this.#options.endAt?.isAt(event)) this.#state.ending ??= this.#options.endAt.reason;
  }

  #observe(events: readonly JournalEvent[]): void {
    for (const event of events) for (const finding of this.#monitor.observe(event)) this.#report(finding);
  }

  #report(finding: Finding, weight = 1): void {
    this.#append(findingDraft(finding, positionOf(this.#plan, finding.key), weight));
  }

  async #sent(): Promise<void> {
    this.#send();
    await this.#durable;
  }

  async #sentBeside(other: Promise<void>): Promise<void> {
    this.#send();
    await Promise.all([this.#durable, other]);
  }

  #send(): void {
    if (this.#unsent.length === 0) return;
    const written = this.#options.sink.append(this.#unsent.splice(0));
    if (!written) return;
    this.#durable = Promise.all([this.#durable, written]).then(() => undefined);
    // What cannot be kept is not gone on with; whoever awaits the run is told why.
    this.#durable.catch(() => this.#options.effects.cancel());
  }
}

/** The outside world answers in its own order, a recording in that of the names. What is only said has no names. */
function inOrder<T extends Outcome>(arrived: T): T {
  const isSaid = arrived.kind === 'model' && !(arrived.outcome.ok && arrived.outcome.toolCalls.length > 0);
  return isSaid || !('outcome' in arrived) ? arrived : { ...arrived, outcome: inKeyOrder(arrived.outcome) };
}

/** However a journal was kept, its values are gone by in one order. */
const asGoneBy = (event: JournalEvent): JournalEvent =>
  ({ ...event, data: inKeyOrder(event.data) }) as JournalEvent;

/** The vars of a graph within the graph while it runs. */
function varsWithin(plan: Plan, state: RunState, execution: string): JsonObject {
  const slot = state.slotOf(laneOf(execution), execution);
  const vars = slot && subVarsOf(plan, slot);
  return vars?.ok ? (vars.value as JsonObject) : {};
}

/** What a program is given belongs to the result of its assertion. */
function noteScript({ scripts }: RunState, { assertion, key, inDigest }: Effect & { kind: 'script' }): void {
  const own = scripts.get(assertion) ?? new Map<string, string>();
  scripts.set(assertion, own.set(key, inDigest));
}
