import type { Json, JsonObject, StepError } from '@rehearse/contracts';
import type { Evaluation } from '../expression/index.js';
import { draw, drawLatencyMs } from '../mock/random.js';
import { fits, matches, nameOfTarget, type CompiledChaosRule, type Fault, type Target } from './rule.js';

/** A call that was made before, as far as rules ask for it. */
export interface PastCall {
  target: Target;
  /** The rule that hit it. */
  rule: string | null;
  /** What was answered, as it reached the caller. */
  answer?: Json;
}

/** A fault with all that was drawn for it: what is to be done to one call. */
export type Injected =
  | Exclude<Fault, { kind: 'latency' | 'slow-stream' | 'stale' | 'wrong-tool-result' }>
  | { kind: 'latency' | 'slow-stream'; delayMs: number }
  | { kind: 'stale' | 'wrong-tool-result'; answer: Json };

export interface Injection {
  rule: string;
  /** `tool:lookup_order` */
  on: string;
  fault: Injected;
}

interface Call {
  target: Target;
  key: string;
  attempt: number;
  /** The variables of `when`. */
  bindings(): JsonObject;
  /** The calls in the causal past of this one, oldest first: those that were made before it in every run. */
  past(): readonly PastCall[];
}

interface Profile {
  seed: number;
  name: string;
  rules: readonly CompiledChaosRule[];
}

export type Decided = { injection: Injection | null } | { error: StepError };

/**
 * Which fault hits a call: of the rules in their order the first that does. The draw is hash(seed, profile, rule, key,
 * attempt) and counts go by the causal past, so the answer depends on nothing that differs between two runs.
 */
export function decideInjection({ seed, name, rules }: Profile, call: Call): Decided {
  const { target, key, attempt } = call;
  for (const rule of rules) {
    const { on, rate = 1 } = rule.spec;
    if (!matches(on, target) || !fits(rule.fault.kind, target.kind) || !isCounted(rule, call)) continue;
    const holds: Evaluation = rule.when?.evaluate(call.bindings()) ?? { ok: true, value: true };
    if (!holds.ok) return { error: badRule(rule, holds.error.message) };
    if (holds.value !== true || draw(seed, 'chaos', name, rule.id, key, attempt) >= rate) continue;
    const fault = resolved(rule.fault, call, (n) =>
      draw(seed, 'chaos-delay', name, rule.id, key, attempt, n),
    );
    if (fault) return { injection: { rule: rule.id, on: nameOfTarget(target), fault } };
  }
  return { injection: null };
}

/** `nth` counts the calls that `on` matches, attempts included; `times` counts how often the rule hit. */
function isCounted({ id, spec }: CompiledChaosRule, { past }: Call): boolean {
  const { on, nth, times } = spec;
  if (nth === undefined && times === undefined) return true;
  const before = past();
  if (nth !== undefined && before.filter(({ target }) => matches(on, target)).length !== nth - 1)
    return false;
  return times === undefined || before.filter(({ rule }) => rule === id).length < times;
}

/** Null for a fault that there is nothing for: an answer that was never given before cannot be given again. */
function resolved(fault: Fault, { target, past }: Call, uniform: (n: number) => number): Injected | null {
  switch (fault.kind) {
    case 'latency':
    case 'slow-stream':
      return {
        kind: fault.kind,
        delayMs: Math.round(drawLatencyMs(fault.delay, { u1: uniform(1), u2: uniform(2) })),
      };
    case 'stale':
      return answered('stale', past(), (earlier) => nameOfTarget(earlier) === nameOfTarget(target));
    case 'wrong-tool-result':
      if (fault.value !== undefined) return { kind: 'wrong-tool-result', answer: fault.value };
      return answered(
        'wrong-tool-result',
        past(),
        ({ kind, tool }) => kind === 'tool' && tool !== target.tool,
      );
    default:
      return fault;
  }
}

function answered(
  kind: 'stale' | 'wrong-tool-result',
  past: readonly PastCall[],
  isMeant: (target: Target) => boolean,
): Injected | null {
  const found = past.findLast(({ target, answer }) => answer !== undefined && isMeant(target));
  return found ? { kind, answer: found.answer! } : null;
}

const badRule = ({ id }: CompiledChaosRule, message: string): StepError => ({
  code: 'chaos/bad-rule',
  message: `chaos.${id}.when: ${message}`,
  category: 'validation',
});
