import type { EndReason, Json } from '@rehearse/contracts';
import type { AssertionSubject } from '../assert/index.js';
import { canonicalJson } from '../journal/canonical.js';
import type { CompiledGraph } from '../graph/model.js';
import { finalBindings, graphSubject, type GraphResult } from './bindings.js';
import type { Frame } from './frame.js';
import type { Plan } from './plan.js';
import type { RunState } from './state.js';

/** Text is itself; anything else is its canonical JSON. */
export const textOf = (output: Json): string => (typeof output === 'string' ? output : canonicalJson(output));

const NONE: GraphResult = { output: null, text: null, slot: null };

/** What a graph gave, or why its `output` could not be told. */
export type WholeResult = GraphResult & { error?: string };

/** The output of a graph: its `output`, else the finished leaf that stands last in the file. */
export function graphResult(plan: Plan, frame: Frame, isComplete: boolean): WholeResult {
  if (!isComplete) return NONE;
  const { output } = frame.body as CompiledGraph;
  if (!output) return leafResult(frame);
  const value = output.evaluate(finalBindings(plan, frame));
  if (!value.ok) return { ...NONE, error: value.error.message };
  return { output: value.value, text: value.value === null ? null : textOf(value.value), slot: null };
}

/** What a body gives: the output of the finished leaf that stands last in the file. */
export function leafResult(frame: Frame): GraphResult {
  const leaf = frame.body.leaves.findLast((id) => frame.slot(id)!.state.status === 'finished');
  if (leaf === undefined) return NONE;
  const slot = frame.slot(leaf)!;
  return { output: slot.state.output, text: slot.state.text, slot };
}

/** What a run gave: once all its nodes have settled it stays as it is, and a run that ended early gave nothing. */
export const runResult = (plan: Plan, state: RunState, { kind }: EndReason): WholeResult =>
  kind === 'completed' ? (state.result ??= graphResult(plan, state.root, true)) : NONE;

/** The run as its assertions see it; `endedEarly`: why it is less than a whole one, or null. */
export function runSubject(
  plan: Plan,
  state: RunState,
  { reason, endedEarly }: { reason: EndReason; endedEarly: string | null },
): AssertionSubject {
  const ended = { ...runResult(plan, state, reason), startedAt: state.started!.at, endedEarly };
  const seen = () => graphSubject(plan, state.root, ended);
  return endedEarly === null ? (state.subject ??= seen()) : seen();
}
