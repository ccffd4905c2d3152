import type { Json } from '@rehearse/contracts';
import type { AssertionSubject } from '../assert/index.js';
import { lastText } from './last-text.js';
import type { Recording } from './recording.js';
import { turnsOf } from './turns.js';

/** What the assertions of a run see of a recording. */
export function recordedSubject(recording: Recording): AssertionSubject {
  const { messages, vars, caseId, repeat } = recording;
  const { turns } = turnsOf(messages);
  const text = lastText(messages);
  const toolCalls = turns.flatMap(({ calls }, index) =>
    calls.map(({ name, arguments: args, result }) => ({
      ...{ name, arguments: args, turn: index + 1, node: 'recorded' },
      ...(result !== undefined && { result }),
    })),
  );
  const { inputTokens, outputTokens } = recording.usage ?? { inputTokens: 0, outputTokens: 0 };
  const usage = { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
  const views = toolCalls.map((call) => ({
    ...call,
    tool: call.name,
    args: call.arguments,
    result: call.result ?? null,
    error: null,
  }));
  const node = {
    output: text,
    text,
    messages,
    toolCalls: views,
    usage,
    latencyMs: 0,
    costUsd: null,
    status: 'finished',
    error: null,
  };
  const bindings = {
    ...{
      inputs: vars,
      vars,
      nodes: { recorded: node },
      run: { seed: 1 + repeat, chaos: null },
      case: { id: caseId },
    },
    ...{ output: text, text, last: messages.at(-1) ?? null, toolCalls: views },
  } as unknown as Record<string, Json>;
  const finishReason = turns.at(-1)?.answer.toolCalls?.length ? 'tool_calls' : 'stop';
  return {
    output: text,
    text,
    toolCalls,
    steps: turns.length + toolCalls.length,
    finishReason,
    usage,
    costUsd: null,
    latencyMs: 0,
    bindings,
  };
}
