import type { EndReason, Json, RunVerdict } from '@rehearse/contracts';
import type { CompiledNode } from '../graph/model.js';
import { payloadDigest, RUN_LANE, runDigest, VERDICT_LANE } from '../journal/digest.js';
import type { EventDraft } from '../journal/writer.js';
import { finalBindings, runSubject } from './bindings.js';
import { textOf } from './decide-instant.js';
import { judgeAll } from './judge.js';
import { OUTPUT_KEY, type Plan } from './plan.js';
import type { RunState } from './state.js';

/** Why checks see less than a whole run, or null. */
export function endedEarly(reason: EndReason): string | null {
  if (reason.kind === 'completed') return null;
  const what =
    reason.kind === 'budget' ? 'the budget ended the run' : `the run ended at ${reason.node ?? 'an error'}`;
  return reason.message === undefined ? what : `${what}: ${reason.message}`;
}

interface RunResult {
  output: Json;
  text: string | null;
  node: CompiledNode | null;
}

/** The output of a run: its `output`, else the finished leaf that stands last in the file. */
export function runResult(plan: Plan, state: RunState, reason: EndReason): RunResult {
  const none = { output: null, text: null, node: null };
  if (reason.kind !== 'completed') return none;
  const { graph } = plan;
  if (graph.output) {
    const value = graph.output.evaluate(finalBindings(plan, state));
    return value.ok
      ? { output: value.value, text: value.value === null ? null : textOf(value.value), node: null }
      : none;
  }
  const leaf = graph.leaves.findLast(
    (id) => state.nodes[graph.nodeById.get(id)!.index]!.status === 'finished',
  );
  if (leaf === undefined) return none;
  const node = graph.nodeById.get(leaf)!;
  const { output, text } = state.nodes[node.index]!;
  return { output, text, node };
}

/** The run-level checks. What a budget has cut off is left out rather than guessed at. */
export function judgeRun(plan: Plan, state: RunState, reason: EndReason): EventDraft[] {
  const subject = runSubject(plan, state, {
    ...runResult(plan, state, reason),
    endedEarly: endedEarly(reason),
  });
  const judging = { subject, judged: state.judged, withoutErrored: reason.kind === 'budget' };
  return [
    ...judgeAll(plan, [...plan.graph.assertions, ...plan.caseAssertions], judging),
    ...judgeOutput(plan, state, reason),
  ];
}

/** An `output` that cannot be evaluated: the run is errored, not one whose output is null. */
function judgeOutput(plan: Plan, state: RunState, reason: EndReason): EventDraft[] {
  const { output } = plan.graph;
  if (!output || reason.kind !== 'completed' || state.judged.has(OUTPUT_KEY)) return [];
  const value = output.evaluate(finalBindings(plan, state));
  if (value.ok) return [];
  const judged = { id: OUTPUT_KEY, type: 'cel', verdict: 'errored', score: 0, weight: 1 } as const;
  const told = { reason: `output: ${value.error.message}`, severity: 'major' } as const;
  const position = plan.positions.get(OUTPUT_KEY) ?? 0;
  const data = { ...judged, ...told, position };
  return [{ type: 'assertion.evaluated', lane: VERDICT_LANE, key: OUTPUT_KEY, data }];
}

interface Closing {
  reason: EndReason;
  /** The head of a lane. */
  head(lane: string): string;
  verdictDigest: string;
}

export function runFinished(plan: Plan, state: RunState, closing: Closing): EventDraft {
  const { reason, verdictDigest } = closing;
  const { output } = runResult(plan, state, reason);
  const { vars, seed, chaos } = plan;
  const started = payloadDigest('run.started', { ...plan, vars, seed, chaos });
  const lanes =
    reason.kind === 'completed' ? plan.graph.leaves : reason.node === undefined ? [] : [reason.node];
  const stopped = reason.kind === 'completed' ? undefined : { kind: reason.kind, node: reason.node ?? null };
  const digest = runDigest({ started, heads: lanes.map(closing.head), stopped });
  const verdict = runVerdict(plan, state, reason);
  return {
    type: 'run.finished',
    lane: RUN_LANE,
    key: RUN_LANE,
    data: { verdict, output, digest, verdictDigest, reason },
  };
}

/** A failure that was seen beats an error; no evidence is never green. */
export function runVerdict(plan: Plan, { tally }: RunState, reason: EndReason): RunVerdict {
  if (tally.failed > 0) return 'failed';
  if (reason.kind === 'error' || tally.errored > 0) return 'errored';
  const { graph } = plan;
  const ruled =
    graph.contracts.length +
    graph.nodes.reduce((sum, node) => sum + node.ensures.length + node.requires.length, 0);
  if (reason.kind !== 'completed' || tally.counted + ruled === 0) return 'inconclusive';
  return 'passed';
}
