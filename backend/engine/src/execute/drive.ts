import type { EndReason, JournalEvent } from '@rehearse/contracts';
import { watch, type Finding, type Monitor } from '../contract/index.js';
import { verdictDigest, VERDICT_LANE } from '../journal/digest.js';
import type { EventDraft, JournalWriter } from '../journal/writer.js';
import { decide } from './decide.js';
import { effectId, type Effect, type EffectRunner } from './effects.js';
import { evolve } from './evolve.js';
import { endedEarly, findingDraft, judgeRun, runFinished } from './finish.js';
import { outcomeDraft } from './outcome.js';
import type { Plan } from './plan.js';
import { initialState, type RunState } from './state.js';

/** Where events go as they happen. A promise says when they are durable. */
export interface JournalSink {
  append(events: readonly JournalEvent[]): Promise<void> | void;
}

interface DriveOptions {
  plan: Plan;
  writer: JournalWriter;
  sink: JournalSink;
  effects: EffectRunner;
  /** A journal to go on behind, as after a crash. */
  recorded: readonly JournalEvent[];
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
  readonly #inFlight = new Set<string>();
  /** What a recorded journal gives rise to; most of it stands in the journal already. */
  readonly #owed: Finding[];
  #state: RunState;
  #unsent: JournalEvent[] = [];
  #durable: Promise<void> | void = undefined;

  constructor(options: DriveOptions) {
    const { plan, recorded, writer } = options;
    this.#options = options;
    this.#plan = plan;
    this.#monitor = watch({ contracts: plan.graph.contracts, tools: plan.graph.tools, vars: plan.vars });
    this.events = [...recorded];
    writer.resume(recorded);
    this.#state = recorded.reduce(
      (state, event) => evolve(plan.graph, state, event),
      initialState(plan.graph),
    );
    this.#owed = recorded.flatMap((event) => this.#monitor.observe(event));
  }

  async run(): Promise<void> {
    for (const finding of this.#owed) this.#append(findingDraft(this.#plan, finding));
    while (!this.#state.finished) {
      const progressed = await this.#decide();
      if (progressed) continue;
      const arrived = await this.#options.effects.next();
      if (arrived === null) break;
      this.#inFlight.delete(effectId(arrived.effect));
      this.#append(outcomeDraft(this.#plan, this.#state, arrived));
    }
    this.#send();
    await this.#durable;
  }

  async #decide(): Promise<boolean> {
    let progressed = false;
    for (const { drafts, effects, finish } of decide(this.#plan, this.#state)) {
      if (finish) return this.#finish(finish);
      const before = this.#state;
      for (const draft of drafts) this.#append(draft);
      for (const effect of effects) await this.#start(effect);
      progressed ||= drafts.length > 0;
      if (drafts.some(({ type }) => MAY_END_RUN.has(type)) || !before.started) break;
    }
    const isFirst = progressed && this.events[0]?.seq === this.events.at(-1)?.seq;
    this.#send();
    // The run exists before anything is done in its name.
    if (isFirst) await this.#durable;
    return progressed;
  }

  async #start(effect: Effect): Promise<void> {
    const id = effectId(effect);
    if (this.#inFlight.has(id)) return;
    this.#inFlight.add(id);
    this.#send();
    // An intent with a side effect is durable before the call goes out.
    if (effect.kind === 'tool' && effect.sideEffect) await this.#durable;
    this.#options.effects.start(effect);
  }

  #finish(reason: EndReason): true {
    this.#options.effects.cancel();
    for (const finding of this.#monitor.end(endedEarly(reason)))
      this.#append(findingDraft(this.#plan, finding));
    for (const draft of judgeRun(this.#plan, this.#state, reason)) this.#append(draft);
    const { writer } = this.#options;
    const closing = {
      reason,
      head: (lane: string) => writer.head(lane),
      verdictDigest: verdictDigest(this.events),
    };
    this.#append(runFinished(this.#plan, this.#state, closing));
    return true;
  }

  #append(draft: EventDraft): void {
    // A result that the journal has already is not given twice, as when a run goes on after a crash.
    if (draft.lane === VERDICT_LANE && this.#state.judged.has(draft.key)) return;
    const event = this.#options.writer.append(draft);
    this.#state = evolve(this.#plan.graph, this.#state, event);
    this.events.push(event);
    this.#unsent.push(event);
    for (const finding of this.#monitor.observe(event)) this.#append(findingDraft(this.#plan, finding));
  }

  #send(): void {
    if (this.#unsent.length === 0) return;
    const batch = this.#unsent;
    this.#unsent = [];
    this.#durable = this.#options.sink.append(batch);
  }
}

const MAY_END_RUN: ReadonlySet<string> = new Set(['node.errored', 'budget.exceeded']);
