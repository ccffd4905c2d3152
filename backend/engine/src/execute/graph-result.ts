import type { Json } from '@rehearse/contracts';
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

/** What a run gave. All its nodes have settled, so it stays as it is. */
export const runResult = (plan: Plan, state: RunState): WholeResult =>
  (state.result ??= graphResult(plan, state.root, true));

/** The run as its assertions see it, once all nodes have settled. */
export const runSubject = (plan: Plan, state: RunState): AssertionSubject =>
  (state.subject ??= graphSubject(plan, state.root, {
    ...runResult(plan, state),
    startedAt: state.started!.at,
    endedEarly: null,
  }));
