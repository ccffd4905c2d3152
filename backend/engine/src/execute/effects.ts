import type { Target } from '@rehearse/contracts';
import type { CompiledNode } from '../graph/model.js';
import type { MockBindings, ModelOutcome, ModelRequest, ToolOutcome, ToolRequest } from '../ports.js';

interface Place {
  lane: string;
  key: string;
  attempt: number;
  /** To wait before, as a retry does. */
  delayMs: number;
  timeoutMs: number;
  bindings: MockBindings;
  inDigest: string;
}

/** A call that a run is waiting for. */
export type Effect =
  | (Place & { kind: 'model'; target: Target; request: ModelRequest })
  | (Place & { kind: 'tool'; node: CompiledNode; request: ToolRequest; sideEffect: boolean })
  | { kind: 'deadline'; lane: string; key: string; attempt: number; durationMs: number };

export type Outcome =
  | { effect: Effect & { kind: 'model' }; outcome: ModelOutcome }
  | { effect: Effect & { kind: 'tool' }; outcome: ToolOutcome }
  | { effect: Effect & { kind: 'deadline' } };

/**
 * Carries effects out and hands their outcomes back, one at a time: the order of the outcomes is the only thing about
 * the world that a run's course depends on beside the outcomes themselves.
 */
export interface EffectRunner {
  start(effect: Effect): void;
  /** The next outcome; null when none can come any more. */
  next(): Promise<Outcome | null>;
  /** Cancels what is in flight. */
  cancel(): void;
}

export const effectId = ({ kind, key, attempt }: Pick<Effect, 'kind' | 'key' | 'attempt'>): string =>
  `${kind} ${key} ${attempt}`;

/** The calls that are under way. */
export type InFlight = ReadonlySet<string>;
