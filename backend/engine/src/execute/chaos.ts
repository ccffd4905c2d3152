import type { JournalEvent, Json, JsonObject, StepError } from '@rehearse/contracts';
import { decideInjection, type Injected, type PastCall } from '../chaos/injection.js';
import type { CompiledChaosRule, Target } from '../chaos/rule.js';
import type { CompiledNode } from '../graph/model.js';
import type { EventDraft } from '../journal/writer.js';
import { isBefore } from './causal-past.js';
import type { Slot } from './frame.js';
import type { Plan } from './plan.js';
import type { RunState } from './state.js';

/** A call of a run under chaos, with where it was made. */
export interface KnownCall extends PastCall {
  key: string;
  attempt: number;
}

/** A fault for one call, which a replay puts in. */
export interface ForcedFault {
  key: string;
  attempt: number;
  rule: CompiledChaosRule;
}

export interface ChaosCall {
  slot: Slot;
  /** Of a call of a tool. */
  tool?: string;
  key: string;
  attempt: number;
  /** The variables of `when`. */
  bindings(): JsonObject;
}

interface Hit {
  /** What the journal is to say first. */
  drafts: EventDraft[];
  fault: Injected | null;
}

const MISSED: Hit = { drafts: [], fault: null };

/** The fault that hits a call which is about to go out, or goes out again after a crash. */
export function faultFor(plan: Plan, state: RunState, call: ChaosCall): Hit | { error: StepError } {
  const { slot, tool, key, attempt, bindings } = call;
  const own = plan.faults?.find((one) => one.key === key && one.attempt === attempt);
  const rules = own ? [own.rule] : plan.chaos === null ? undefined : plan.graph.chaos.get(plan.chaos);
  if (!rules) return MISSED;
  const isSame = (one: KnownCall) => one.key === key && one.attempt === attempt;
  const target = targetOf(slot.node, tool);
  const { calls } = state.facts;
  const past = () => calls.filter((one) => !isSame(one) && isBefore(plan.graph, one.key, key));
  const profile = { seed: plan.seed, name: own?.rule.id ?? plan.chaos!, rules };
  const decided = decideInjection(profile, { target, key, attempt, bindings, past });
  if ('error' in decided) return decided;
  if (!decided.injection) return MISSED;
  const { rule, on, fault } = decided.injection;
  if (calls.some((one) => isSame(one) && one.rule === rule)) return { drafts: [], fault };
  const data = { rule, fault: fault.kind, on };
  return { drafts: [{ type: 'chaos.injected', lane: slot.lane, key, attempt, data }], fault };
}

/** What a call is to the rules of chaos. */
export function targetOf(node: CompiledNode, tool: string | undefined): Target {
  if (tool === undefined) {
    const isHttp = node.spec.type === 'agent' && node.spec.driver === 'http';
    return { kind: 'llm', node: node.id, isHttp };
  }
  const tools = node.type === 'tool' ? [node.tool] : 'tools' in node ? node.tools : [];
  const isHttp = tools.some(({ name, spec }) => name === tool && spec.http !== undefined);
  return { kind: 'tool', node: node.id, tool, isHttp };
}

/** Keeps what rules ask of the calls before: only a run under chaos has such rules. */
export function noteCall({ facts, started }: RunState, slot: Slot, event: JournalEvent): void {
  if (started?.chaos == null && !facts.keepsCalls) return;
  const { calls } = facts;
  const { key, attempt } = event;
  const known = () => calls.findLast((call) => call.key === key && call.attempt === attempt);
  switch (event.type) {
    case 'model.requested':
      return void calls.push({ target: targetOf(slot.node, undefined), key, attempt, rule: null });
    case 'tool.called':
      return void calls.push({ target: targetOf(slot.node, event.data.tool), key, attempt, rule: null });
    case 'chaos.injected':
      return void Object.assign(known() ?? {}, { rule: event.data.rule });
    case 'model.responded': {
      const { content, toolCalls, finishReason } = event.data;
      return void Object.assign(known() ?? {}, { answer: { content, toolCalls, finishReason } });
    }
    case 'tool.returned':
      return void Object.assign(known() ?? {}, { answer: event.data.result satisfies Json });
    default:
      return;
  }
}
