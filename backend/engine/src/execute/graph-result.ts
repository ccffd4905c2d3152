import { canonicalJson } from '../journal/canonical.js';
import type { Json } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { finalBindings, type GraphResult } from './bindings.js';
import type { Frame } from './frame.js';
import type { Plan } from './plan.js';

/** Text is itself; anything else is its canonical JSON. */
export const textOf = (output: Json): string => (typeof output === 'string' ? output : canonicalJson(output));

const NONE: GraphResult = { output: null, text: null, slot: null };

/** The output of a graph: its `output`, else the finished leaf that stands last in the file. */
export function graphResult(plan: Plan, frame: Frame, isComplete: boolean): GraphResult & { error?: string } {
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
