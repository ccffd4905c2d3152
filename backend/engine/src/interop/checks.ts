import type { EventData, Json, JournalEvent, RunVerdict } from '@rehearse/contracts';
import type { AssertionSubject } from '../assert/index.js';
import { findingDraft, watch, type Finding } from '../contract/index.js';
import type { CompiledGraph, PlacedAssertion } from '../graph/model.js';
import { VERDICT_LANE } from '../journal/digest.js';
import type { EventDraft } from '../journal/writer.js';
import { REWARD_ID } from './recorded-run.js';
import { recordedSubject } from './subject.js';
import type { Recording } from './recording.js';

type Judged = EventData<'assertion.evaluated'>;

/** The checks of one recording: its reward, and the contracts and assertions of the graph that is lent. */
export interface Checks {
  observe(event: JournalEvent): EventDraft[];
  end(): EventDraft[];
  /** Of the run, by what was found so far. */
  verdict(): RunVerdict;
}

export function recordedChecks({
  recording,
  graph,
}: {
  recording: Recording;
  graph?: CompiledGraph | undefined;
}): Checks {
  const contracts = graph?.contracts ?? [];
  const assertions = assertionsFor(recording, graph);
  const monitor = watch({
    contracts,
    ...(graph && { tools: graph.tools, nodes: graph.nodes }),
    vars: recording.vars,
  });
  const positions = new Map(
    [REWARD_ID, ...contracts.map(({ id }) => `contract/${id}`), ...assertions.map(({ id }) => id)].map(
      (key, at) => [key, at],
    ),
  );
  // A finding that has no place in the file (what a tool returns) stands behind those that have.
  const positionOf = (key: string) => positions.get(key) ?? positions.size;
  const tally = { failed: 0, errored: 0, counted: contracts.length };
  const count = (verdict: Judged['verdict'], weight: number): void => {
    if (weight === 0) return;
    tally.counted++;
    if (verdict !== 'passed') tally[verdict]++;
  };
  const told = (findings: Finding[]): EventDraft[] =>
    findings.map((finding) => {
      count(finding.verdict, 1);
      return findingDraft(finding, positionOf(finding.key));
    });
  return {
    observe: (event) => told(monitor.observe(event)),
    end: () => {
      const judged = [...rewardResult(recording), ...assertions.map((placed) => judge(placed, recording))];
      for (const { verdict, weight } of judged) count(verdict, weight);
      return [
        ...told(monitor.end(null)),
        ...judged.map((result) => judgedDraft({ ...result, position: positionOf(result.id) })),
      ];
    },
    verdict: () => {
      if (tally.failed > 0) return 'failed';
      if (tally.errored > 0) return 'errored';
      return tally.counted > 0 ? 'passed' : 'inconclusive';
    },
  };
}

/** Those of the run, and those of the case of the same name. */
const assertionsFor = (
  { caseId }: Recording,
  graph: CompiledGraph | undefined,
): readonly PlacedAssertion[] =>
  graph
    ? [...graph.assertions, ...((caseId === null ? undefined : graph.cases.find(caseId))?.assertions ?? [])]
    : [];

type Result = Omit<Judged, 'position'>;

function rewardResult({ reward }: Recording): Result[] {
  if (reward === null) return [];
  const verdict = reward === 1 ? 'passed' : 'failed';
  const evidence: Json = { expected: 1, actual: reward };
  const reason = `expected the recorded reward to be 1, got ${reward}`;
  return [
    {
      id: REWARD_ID,
      type: REWARD_ID,
      verdict,
      score: reward,
      reason,
      evidence,
      severity: 'major',
      weight: 1,
    },
  ];
}

/** What a recording does not hold cannot be judged: zero tokens and no time would pass every limit. */
const UNRECORDED: Readonly<Record<string, (recording: Recording) => string | null>> = {
  latency: () => 'the recording has no times',
  cost: () => 'the recording has no costs',
  tokens: ({ usage }) => (usage === null ? 'the recording has no count of tokens' : null),
};

function judge({ id, assertion }: PlacedAssertion, recording: Recording): Result {
  const subject: AssertionSubject = recordedSubject(recording);
  const result = assertion.evaluate(subject);
  const unknown = UNRECORDED[result.type.replace(/^not-/, '')]?.(recording) ?? null;
  if (unknown === null) return { ...result, id };
  const { evidence: _, ...rest } = result;
  return { ...rest, id, verdict: 'errored', score: 0, reason: unknown };
}

const judgedDraft = (data: Judged): EventDraft => ({
  type: 'assertion.evaluated',
  lane: VERDICT_LANE,
  key: data.id,
  data,
});
