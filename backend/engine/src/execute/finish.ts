import type { EndReason, RunVerdict } from '@rehearse/contracts';
import type { InjectedFault } from '../chaos/index.js';
import type { CompiledBody, CompiledNode } from '../graph/model.js';
import { payloadDigest, RUN_LANE, runDigest } from '../journal/digest.js';
import type { EventDraft } from '../journal/writer.js';
import { subjectFault } from './bindings.js';
import { runResult, runSubject } from './graph-result.js';
import { judgeAll, judgeUnanswered, outputErrored } from './judge.js';
import { OUTPUT_KEY, runAssertions, type Plan } from './plan.js';
import type { RunState } from './state.js';

const ENDED_BY: Readonly<Partial<Record<EndReason['kind'], string>>> = {
  budget: 'the budget ended the run',
  contract: 'a contract ended the run',
};

/** Why checks see less than a whole run, or null. */
export function endedEarly(reason: EndReason): string | null {
  if (reason.kind === 'completed') return null;
  const what = ENDED_BY[reason.kind] ?? `the run ended at ${reason.node ?? 'an error'}`;
  return reason.message === undefined ? what : `${what}: ${reason.message}`;
}

/** The run-level checks. What a budget has cut off is left out rather than guessed at. */
export function judgeRun(
  plan: Plan,
  state: RunState,
  { reason, faults }: { reason: EndReason; faults: readonly InjectedFault[] },
): EventDraft[] {
  if (plan.withoutChecks) return [];
  const withoutErrored = reason.kind === 'budget';
  const early = endedEarly(reason);
  const drafts = early === null ? [] : judgeUnanswered(plan, state, { reason: early, withoutErrored });
  const assertions = runAssertions(plan);
  if (assertions.length > 0) {
    const seen = runSubject(plan, state, { reason, endedEarly: early });
    const subject = { ...seen, ...knownOf(state, faults) };
    drafts.push(...judgeAll(plan, state, assertions, { subject, withoutErrored }));
  }
  const { error } = runResult(plan, state, reason);
  if (error !== undefined && !state.judged.has(OUTPUT_KEY)) drafts.push(outputErrored(plan, error));
  return drafts;
}

/** What only the run as a whole can tell. A step that has not settled has not recovered. */
const knownOf = ({ broken, blocked }: RunState, faults: readonly InjectedFault[]) => ({
  contracts: broken,
  blocked,
  faults: faults.map(subjectFault),
});

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
  const started = payloadDigest('run.started', { ...plan, vars, seed, chaos, follows: undefined });
  const lanes =
    reason.kind === 'completed' ? plan.graph.leaves : reason.node === undefined ? [] : [reason.node];
  const stopped = reason.kind === 'completed' ? undefined : { kind: reason.kind, node: reason.node ?? null };
  const digest = runDigest({ started, heads: lanes.map(closing.head), stopped });
  const verdict = runVerdict(plan, state, reason);
  const memory = state.facts.memory.seenFrom(plan);
  return {
    type: 'run.finished',
    lane: RUN_LANE,
    key: RUN_LANE,
    data: {
      ...{ verdict, output, digest, verdictDigest, reason },
      ...(Object.keys(memory).length > 0 && { memory }),
    },
  };
}

/** A failure that was seen beats an error; no evidence is never green. */
export function runVerdict(plan: Plan, { tally }: RunState, reason: EndReason): RunVerdict {
  if (tally.failed > 0) return 'failed';
  if (reason.kind === 'error' || tally.errored > 0) return 'errored';
  const { graph } = plan;
  const ruled = graph.contracts.length + rulesIn(graph) + expectedOf(plan);
  if (reason.kind !== 'completed' || tally.counted + ruled === 0) return 'inconclusive';
  return 'passed';
}

/** What the profile of chaos expects is a rule too. */
const expectedOf = ({ graph, chaos }: Plan): number =>
  (graph.chaos.get(chaos ?? '') ?? []).filter(({ spec }) => spec.expect?.recovers).length;

const contractsOf = (node: CompiledNode): number => (node.type === 'graph' ? node.body.contracts.length : 0);

/** Rules of nodes, also of those within nodes. */
const rulesIn = ({ nodes }: CompiledBody): number =>
  nodes.reduce(
    (sum, node) =>
      sum +
      node.ensures.length +
      node.requires.length +
      contractsOf(node) +
      ('body' in node ? rulesIn(node.body) : 0),
    0,
  );
