import type { EventData, JournalEvent, RunVerdict } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { digestOf, sha256Hex, wellFormed } from '../journal/canonical.js';
import { payloadDigest, RECORDED_NODE, RUN_LANE, runDigest, verdictDigest } from '../journal/digest.js';
import { toolKey, turnKey } from '../journal/keys.js';
import { JournalWriter, type EventDraft } from '../journal/writer.js';
import { recordedChecks, type Checks } from './checks.js';
import { lastText } from './last-text.js';
import type { Recording } from './recording.js';
import { turnsOf, type Turn } from './turns.js';

/** A recording as the journal of a run. */
export interface ImportedRun {
  caseId: string;
  repeat: number;
  vars: Recording['vars'];
  /** Their `runId` is made of the recording; who stores them may give them another one, digests do not cover it. */
  events: JournalEvent[];
  verdict: RunVerdict;
}

interface Options {
  name: string;
  graph?: CompiledGraph | undefined;
  /** Milliseconds since 1970-01-01T00:00:00Z, for every event: a recording does not say when it took place. */
  now: number;
}

/** Writes the journal of a recording, and checks it by the contracts and assertions of the graph that is lent. */
export function journalOf(given: Recording, { name, graph, now }: Options): ImportedRun {
  const recording = wellFormed(given);
  const { caseId, repeat, vars } = recording;
  const runId = runIdOf([name, caseId, repeat]);
  const writer = new JournalWriter({ runId, laneNeeds: () => [], now: () => now });
  const events: JournalEvent[] = [];
  const checks = recordedChecks({ recording, graph });
  const append = (draft: EventDraft): void => {
    const event = writer.append(draft);
    events.push(event);
    for (const found of checks.observe(event)) events.push(writer.append(found));
  };
  const started = startOf(recording);
  append({ type: 'run.started', lane: RUN_LANE, key: RUN_LANE, data: started });
  for (const draft of nodeDrafts(recording)) append(draft);
  for (const draft of checks.end()) events.push(writer.append(draft));
  const digest = runDigest({
    started: payloadDigest('run.started', started),
    heads: [writer.head(RECORDED_NODE)],
  });
  append(finished({ recording, checks, digest, verdictDigest: verdictDigest(events) }));
  return { caseId, repeat, vars, events, verdict: checks.verdict() };
}

const startOf = ({ vars, caseId, repeat }: Recording): EventData<'run.started'> => ({
  ...{ vars, seed: 1 + repeat, chaos: null, caseId, repeat, live: false, offline: false },
});

/** A UUID (version 8) that is the same for the same recording. */
function runIdOf(parts: readonly (string | number)[]): string {
  const hex = sha256Hex(JSON.stringify(parts));
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function* nodeDrafts(recording: Recording): Generator<EventDraft> {
  const { turns, rest } = turnsOf(recording.messages);
  const node = { lane: RECORDED_NODE, key: RECORDED_NODE };
  yield { type: 'node.started', ...node, data: { type: RECORDED_NODE } };
  for (const [index, turn] of turns.entries())
    yield* turnDrafts(turn, { turn: index + 1, isLast: index === turns.length - 1, recording });
  // Behind the last answer nothing is asked any more, and still it was said.
  const unanswered = rest.filter(({ role }) => role !== 'tool');
  for (const [index, { role, content }] of unanswered.entries()) {
    const key = `${RECORDED_NODE}/rest[${index + 1}]`;
    yield {
      type: 'log',
      lane: RECORDED_NODE,
      key,
      data: { level: 'info', message: `${role}: ${content ?? ''}` },
    };
  }
  const text = lastText(recording.messages);
  yield { type: 'node.finished', ...node, data: { output: text, text: text ?? '' } };
}

interface TurnPlace {
  turn: number;
  isLast: boolean;
  recording: Recording;
}

function* turnDrafts(
  { added, answer, calls }: Turn,
  { turn, isLast, recording }: TurnPlace,
): Generator<EventDraft> {
  const place = { lane: RECORDED_NODE, key: turnKey(RECORDED_NODE, turn) };
  const { model } = recording;
  const target = { provider: 'openai-compatible', model } as const;
  yield { type: 'model.requested', ...place, data: { target, model, messagesAdded: added, params: {} } };
  const usage = (isLast && recording.usage) || { inputTokens: 0, outputTokens: 0 };
  const toolCalls = answer.toolCalls ?? [];
  const finishReason = toolCalls.length > 0 ? 'tool_calls' : 'stop';
  yield {
    type: 'model.responded',
    ...place,
    data: { content: answer.content, toolCalls, finishReason, usage },
  };
  for (const [index, { name: tool, arguments: args, result }] of calls.entries()) {
    const call = { lane: RECORDED_NODE, key: toolKey(RECORDED_NODE, { turn, index }) };
    yield { type: 'tool.called', ...call, inDigest: digestOf({ tool, args }), data: { tool, args, turn } };
    if (result !== undefined) yield { type: 'tool.returned', ...call, data: { tool, result } };
  }
}

interface Closing {
  recording: Recording;
  checks: Checks;
  digest: string;
  verdictDigest: string;
}

const finished = ({ recording, checks, digest, verdictDigest: verdicts }: Closing): EventDraft => ({
  type: 'run.finished',
  lane: RUN_LANE,
  key: RUN_LANE,
  data: {
    verdict: checks.verdict(),
    output: lastText(recording.messages),
    ...{ digest, verdictDigest: verdicts, reason: { kind: 'completed' } },
  },
});
