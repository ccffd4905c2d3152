import type { EndReason, JournalEvent, RunVerdict } from '@rehearse/contracts';
import { isOnTrajectory } from '../contract/index.js';
import { laneNeedsOf, type Plan } from '../execute/plan.js';
import type { CompiledGraph } from '../graph/model.js';
import { RUN_LANE, VERDICT_LANE } from '../journal/digest.js';
import { verifyWhole } from '../journal/verify.js';
import type { Ports } from '../ports.js';
import { firstDifference } from './differences.js';
import { describeDivergence, type Difference } from './divergence.js';
import { isJudge, judgingEffects, type Judges } from './judging-effects.js';
import { withChecksOf } from './lent-checks.js';
import { planOf, type Recorded } from './recorded-plan.js';
import { reexecute } from './reexecute.js';
import { chainBroken, type StrictReplay } from './strict.js';
import { Tape } from './tape.js';

export interface RegradeRequest extends Recorded {
  /** Whose assertions and contracts judge; default those that were recorded. */
  checks?: CompiledGraph;
  judges: Judges;
  ports: Pick<Ports, 'model' | 'embed' | 'script' | 'clock'>;
}

export interface Regraded extends StrictReplay {
  /** Null when the replay diverged, or the recording has no end. */
  verdict: RunVerdict | null;
  recordedVerdict: RunVerdict | null;
  /** What was recorded, with the checks that judged. */
  graph: CompiledGraph;
}

/**
 * Judges a recorded run anew: its nodes do what they did, by the tape alone, and end where they ended; assertions,
 * contracts and judges are those of `checks`. The run digest stays, the verdict digest is that of the new results.
 */
export async function regrade(request: RegradeRequest): Promise<Regraded> {
  const { graph: recorded, events, checks = recorded, judges, ports } = request;
  const graph = withChecksOf(recorded, checks);
  const graphs = { expected: recorded.digest, actual: checks.digest };
  const around = { graph, events };
  const broken = verifyWhole(events, laneNeedsOf(recorded));
  if (broken) return result(around, { replayed: [], divergence: chainBroken(broken, events, graphs) });
  const tape = new Tape(events);
  const plan = planWith(tape, { ...request, graph });
  const effects = judgingEffects({ tape, events, judges, ports });
  try {
    const replayed = await reexecute(plan, tape, events, { effects, endAt: endOf(events) });
    const difference = differenceIn(graph, { recorded: events, actual: replayed, isCutOff: tape.hasMissed });
    if (!difference) return result(around, { replayed });
    const sides = { recorded: events, actual: replayed, graph: graphs };
    return result(around, { replayed, divergence: describeDivergence(difference, sides) });
  } finally {
    effects.cancel();
  }
}

/** The run ends where it ended, whatever contracts it has now. Whether a judge can be asked is a matter of today. */
function planWith(tape: Tape, { judges, ports, ...recorded }: RegradeRequest): Plan {
  const plan: Plan = { ...planOf(recorded, tape), endsAsRecorded: true };
  if (judges === 'held') return plan;
  return {
    ...plan,
    unavailable: (target, place) =>
      isJudge(place.key) ? ports.model.unavailable(target, place) : plan.unavailable(target, place),
    rank: (targets, strategy, place) =>
      isJudge(place.key)
        ? (ports.model.rank?.(targets, strategy, place) ?? targets)
        : plan.rank(targets, strategy, place),
  };
}

/** Where a contract ended the run: behind the last thing that happened in it. */
function endOf(events: readonly JournalEvent[]) {
  const reason = endReason(events);
  if (reason?.kind !== 'contract') return undefined;
  const last = events.findLast(isOnTrajectory)!;
  const isAt = ({ type, key, attempt }: JournalEvent) =>
    type === last.type && key === last.key && attempt === last.attempt;
  return { reason, isAt };
}

const endReason = (events: readonly JournalEvent[]): EndReason | undefined =>
  events.findLast((event) => event.type === 'run.finished')?.data.reason;

/** Of what the nodes did, and of the digest that stands for it. */
function differenceIn(
  graph: CompiledGraph,
  compared: Parameters<typeof firstDifference>[1],
): Difference | null {
  const difference = firstDifference(graph, compared, []);
  if (difference) return difference;
  const [recorded, actual] = [endIn(compared.recorded), endIn(compared.actual)];
  if (recorded?.data.digest === actual?.data.digest) return null;
  return { lane: RUN_LANE, recorded: recorded ?? null, actual: actual ?? null };
}

const endIn = (events: readonly JournalEvent[]) => events.findLast((event) => event.type === 'run.finished');

function result(
  { graph, events }: Recorded,
  { replayed, divergence }: { replayed: JournalEvent[]; divergence?: StrictReplay['divergence'] },
): Regraded {
  const [recorded, actual] = [endIn(events), divergence ? undefined : endIn(replayed)];
  const before = { digest: recorded?.data.digest ?? '', verdictDigest: recorded?.data.verdictDigest ?? '' };
  const verdictDigest = actual?.data.verdictDigest ?? before.verdictDigest;
  return {
    identical: !divergence && verdictDigest === before.verdictDigest,
    reexecuted: true,
    ...{ digest: before.digest, verdictDigest },
    ...(divergence && { divergence }),
    ...{ events: replayed, graph },
    verdict: actual?.data.verdict ?? null,
    recordedVerdict: recorded?.data.verdict ?? null,
  };
}

/** The answers of judges in a journal. */
export const judgesIn = (events: readonly JournalEvent[]): JournalEvent[] =>
  events.filter(
    ({ lane, type }) => lane === VERDICT_LANE && (type === 'model.responded' || type === 'model.failed'),
  );
