import type { EventData, JournalEvent, JournalTarget } from '@rehearse/contracts';
import type { Answer, ScriptAsk } from '../assert/index.js';
import type { Injected } from '../chaos/injection.js';
import type {
  HumanOutcome,
  HumanRequest,
  MockBindings,
  ModelOutcome,
  ModelRequest,
  ToolOutcome,
  ToolRequest,
} from '../ports.js';

interface Spot {
  lane: string;
  key: string;
  attempt: number;
}

interface Place extends Spot {
  /** To wait before, as a retry does. */
  delayMs: number;
  timeoutMs: number;
  bindings: MockBindings;
  inDigest: string;
  /** What chaos does to the call. */
  fault: Injected | null;
}

/** A call that a run is waiting for. */
export type Effect =
  | (Place & { kind: 'model'; target: JournalTarget; request: ModelRequest; isEmbedding?: boolean })
  | (Place & { kind: 'tool'; request: ToolRequest; sideEffect: boolean })
  | (Spot & { kind: 'human'; request: HumanRequest })
  | (Spot & { kind: 'script'; request: ScriptAsk; inDigest: string; assertion: string })
  | (Spot & { kind: 'replay' })
  | (Spot & { kind: 'timer'; dueAtMs: number })
  | (Spot & { kind: 'deadline'; dueAtMs: number });

type EffectOf<Kind extends Effect['kind']> = Effect & { kind: Kind };

export type Outcome =
  | { kind: 'model'; effect: EffectOf<'model'>; outcome: ModelOutcome }
  | { kind: 'tool'; effect: EffectOf<'tool'>; outcome: ToolOutcome }
  | { kind: 'human'; effect: EffectOf<'human'>; outcome: HumanOutcome }
  | {
      kind: 'script';
      effect: EffectOf<'script'>;
      outcome: Answer | { recorded: EventData<'assertion.evaluated'> };
    }
  | { kind: 'replay'; effect: EffectOf<'replay'>; outcome: Answer }
  | { kind: 'timer'; effect: EffectOf<'timer'> }
  | { kind: 'deadline'; effect: EffectOf<'deadline'> };

/** Outcomes that are no events. */
export type Told = Extract<Outcome, { kind: 'script' | 'replay' }>;

/**
 * Carries effects out and hands their outcomes back, one at a time: the order of the outcomes is the only thing about
 * the world that a run's course depends on beside the outcomes themselves.
 */
export interface EffectRunner {
  start(effect: Effect): void;
  /** Whether the time of the run is up, behind the last event on its trajectory. */
  isOverdue(last: JournalEvent | null): boolean;
  /** The next outcome; null when none can come any more, as when all wait for a person whom nobody can ask here. */
  next(): Promise<Outcome | null>;
  /** Cancels what is in flight. */
  cancel(): void;
}

export const effectId = ({ kind, key, attempt }: Pick<Effect, 'kind' | 'key' | 'attempt'>): string =>
  `${kind} ${key} ${attempt}`;

/** The calls that are under way. */
export type InFlight = ReadonlySet<string>;
