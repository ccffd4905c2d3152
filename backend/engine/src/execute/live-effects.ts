import type { StepError } from '@rehearse/contracts';
import type {
  Cancellation,
  EffectPlace,
  HumanOutcome,
  ModelOutcome,
  ModelRequest,
  Ports,
  ToolOutcome,
} from '../ports.js';
import { newCancellation } from './cancellation.js';
import { toldWhetherAgain } from './sent-again.js';
import { modelUnder, toolUnder } from './under-fault.js';
import type { Effect, EffectRunner, Outcome } from './effects.js';

interface LiveOptions {
  ports: Ports;
  /** Time passes at once, also what chaos delays. */
  isVirtual?: boolean | undefined;
  onToken?: ((key: string, text: string) => void) | undefined;
  /** Stops handing out outcomes, as when the process shuts down; the run can go on elsewhere. */
  signal?: Cancellation | undefined;
  mayRest?: MayRest | undefined;
  /** Waits for the answers to calls alone, not for people and timers. */
  pause?: Cancellation | undefined;
}

/**
 * Asked when nothing can happen any more but that a person decides or that a timer is due, the first of them at
 * `dueAtMs` if there is one: true leaves the run where it is, to be gone on with later.
 */
export type MayRest = (dueAtMs: number | null) => boolean;

type ModelEffect = Effect & { kind: 'model' };
type ToolEffect = Effect & { kind: 'tool' };
type HumanEffect = Effect & { kind: 'human' };
type DeadlineEffect = Effect & { kind: 'deadline' };

/** Carries effects out through the ports; outcomes come in the order in which they arrive. */
export const liveEffects = (options: LiveOptions): EffectRunner => new LiveEffects(options);

class LiveEffects implements EffectRunner {
  readonly #options: LiveOptions;
  readonly #arrived: Outcome[] = [];
  /** Calls that are under way and may still answer. */
  #pending = 0;
  /** Those of them that the journal knows of: nothing is lost when nobody awaits them. */
  readonly #resting = new Set<Effect>();
  #deadline: DeadlineEffect | null = null;
  readonly #broken: unknown[] = [];
  #wake: () => void = () => {};
  readonly #run = newCancellation();

  constructor(options: LiveOptions) {
    this.#options = options;
    const { signal, pause } = options;
    if (signal?.aborted) this.#stop();
    signal?.addEventListener('abort', this.#stop);
    pause?.addEventListener('abort', this.#onPause);
  }

  start(effect: Effect): void {
    if (effect.kind === 'human') return this.#ask(effect);
    if (effect.kind === 'deadline') this.#deadline = effect;
    const { ports, onToken, isVirtual = false } = this.#options;
    this.#await(effect, carryOut(ports, effect, { run: this.#run.signal, onToken, isVirtual }));
  }

  isOverdue(): boolean {
    return this.#deadline !== null && this.#options.ports.clock.now() > this.#deadline.dueAtMs;
  }

  async next(): Promise<Outcome | null> {
    const { mayRest, pause } = this.#options;
    for (;;) {
      if (this.#run.signal.aborted) return null;
      // A port that throws is a fault of ours, not an answer of the outside.
      if (this.#broken.length > 0) throw this.#broken[0];
      const outcome = this.#overdue() ?? this.#arrived.shift();
      if (outcome) return outcome;
      if (this.#pending === 0) return null;
      const isResting = this.#pending === this.#resting.size;
      if (isResting && (pause?.aborted || mayRest?.(firstDue(this.#resting)))) return null;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  cancel(): void {
    const { signal, pause } = this.#options;
    signal?.removeEventListener('abort', this.#stop);
    pause?.removeEventListener('abort', this.#onPause);
    this.#stop();
  }

  /** That the time of the run is up: where calls answer at once, its timer never has its turn. */
  #overdue(): Outcome | null {
    if (!this.isOverdue()) return null;
    const effect = this.#deadline!;
    this.#deadline = null;
    return { kind: 'deadline', effect };
  }

  #ask(effect: HumanEffect): void {
    const asked = this.#options.ports.human.ask(effect.request, {
      key: effect.key,
      signal: this.#run.signal,
    });
    const told = (outcome: HumanOutcome): Outcome => ({ kind: 'human', effect, outcome });
    if (!(asked instanceof Promise)) return void this.#arrived.push(told(asked));
    this.#await(
      effect,
      asked.then((outcome) => outcome && told(outcome)),
    );
  }

  #await(effect: Effect, outcome: Promise<Outcome | null>): void {
    this.#pending += 1;
    if (isAwaitedInJournal(effect)) this.#resting.add(effect);
    const end = () => {
      this.#pending -= 1;
      this.#resting.delete(effect);
      this.#wake();
    };
    outcome.then(
      (value) => {
        if (value) this.#arrived.push(value);
        end();
      },
      (error: unknown) => {
        this.#broken.push(error);
        end();
      },
    );
  }

  readonly #stop = (): void => {
    this.#run.cancel();
    this.#wake();
  };

  readonly #onPause = (): void => this.#wake();
}

const isAwaitedInJournal = ({ kind }: Effect): boolean =>
  kind === 'human' || kind === 'timer' || kind === 'deadline';

function firstDue(effects: Iterable<Effect>): number | null {
  const due = [...effects].flatMap((effect) => ('dueAtMs' in effect ? [effect.dueAtMs] : []));
  return due.length === 0 ? null : Math.min(...due);
}

interface Carrying {
  run: Cancellation;
  isVirtual: boolean;
  onToken: LiveOptions['onToken'];
}

async function carryOut(
  ports: Ports,
  effect: Exclude<Effect, HumanEffect>,
  carrying: Carrying,
): Promise<Outcome | null> {
  const { run } = carrying;
  switch (effect.kind) {
    case 'deadline':
    case 'timer': {
      const leftMs = Math.max(0, effect.dueAtMs - ports.clock.now());
      if (!(await passing(ports, leftMs, run))) return null;
      return effect.kind === 'timer' ? { kind: 'timer', effect } : { kind: 'deadline', effect };
    }
    case 'script':
      return { kind: 'script', effect, outcome: await ports.script.run(effect.request, run) };
    case 'replay':
      throw new Error('the driver replays its run itself');
    case 'model':
    case 'tool':
      if (effect.delayMs > 0 && !(await passing(ports, effect.delayMs, run))) return null;
      if (effect.kind === 'tool')
        return { kind: 'tool', effect, outcome: await callTool(ports, effect, carrying) };
      return { kind: 'model', effect, outcome: await callModel(ports, effect, carrying) };
    default:
      return effect satisfies never;
  }
}

/** Waits; false when the run ended meanwhile. */
async function passing({ clock }: Ports, durationMs: number, run: Cancellation): Promise<boolean> {
  await clock.sleep(durationMs, run);
  return !run.aborted;
}

async function callModel(
  ports: Ports,
  effect: ModelEffect,
  { run, onToken, isVirtual }: Carrying,
): Promise<ModelOutcome> {
  const { key, attempt, inDigest, bindings, request, fault, timeoutMs, isEmbedding } = effect;
  const tokens = onToken && ((text: string) => onToken(key, text));
  const plain = (signal: Cancellation, spoken: typeof tokens) =>
    ports.model.call(request, {
      ...{ key, attempt, inDigest, signal, ...bindings },
      ...(spoken && { onToken: spoken }),
    });
  const call = (signal: Cancellation) => {
    if (isEmbedding) return embed(ports, request, { key, attempt, inDigest, signal });
    if (!fault) return plain(signal, tokens);
    const around = { clock: ports.clock, signal, isVirtual, timeoutMs };
    return modelUnder(fault, { call: (spoken) => plain(signal, spoken), onToken: tokens }, around);
  };
  const late = (error: StepError): ModelOutcome => ({ ok: false, error, retryable: true });
  return within(ports, effect, { run, call, late });
}

/** In the journal an embedding is a model that answers with vectors. */
async function embed(ports: Ports, request: ModelRequest, place: EffectPlace): Promise<ModelOutcome> {
  const { target, model, messages } = request;
  const texts = messages.map(({ content }) => content ?? '');
  const outcome = await ports.embed.call({ target, model, texts }, place);
  if (!outcome.ok) return outcome;
  const { vectors, ...rest } = outcome;
  return { ...rest, content: JSON.stringify(vectors), toolCalls: [], finishReason: 'stop' };
}

async function callTool(
  ports: Ports,
  effect: ToolEffect,
  { run, isVirtual }: Carrying,
): Promise<ToolOutcome> {
  const { key, attempt, inDigest, bindings, request, fault, timeoutMs } = effect;
  const plain = (signal: Cancellation) =>
    ports.tool.call(request, { key, attempt, inDigest, signal, ...bindings });
  const call = (signal: Cancellation) => {
    if (!fault) return plain(signal);
    return toolUnder(fault, () => plain(signal), { clock: ports.clock, signal, isVirtual, timeoutMs });
  };
  const late = (error: StepError): ToolOutcome => ({ ok: false, error });
  return toldWhetherAgain(await within(ports, effect, { run, call, late }), effect);
}

interface Timed<T> {
  run: Cancellation;
  call(signal: Cancellation): Promise<T>;
  late(error: StepError): T;
}

/** The answer of a call, or a timeout when it takes longer than it may. */
async function within<T>(ports: Ports, effect: ModelEffect | ToolEffect, timed: Timed<T>): Promise<T> {
  const { signal, cancel } = newCancellation();
  const stop = () => cancel();
  timed.run.addEventListener('abort', stop);
  const message = `no answer within ${effect.timeoutMs} ms`;
  const late = { code: `${effect.kind}/timeout`, message, category: 'timeout' } as const;
  const tooLate = timed.late(late);
  let answer: T | undefined;
  try {
    const timeout = ports.clock.sleep(effect.timeoutMs, signal).then(() => tooLate);
    return (answer = await Promise.race([timed.call(signal), timeout]));
  } finally {
    timed.run.removeEventListener('abort', stop);
    cancel(answer === tooLate ? 'timeout' : undefined);
  }
}
