import { afterEach, describe, expect, it } from '@jest/globals';
import type { ModelOutcome } from '@rehearse/engine';
import { fakeAnthropic, type FakeAnswer, type FakeServer } from '@rehearse/testkit';
import { asking, LOOK_UP, placeOf, untimed, type Asked } from '../testing/asking.js';
import { testSettings } from '../testing/settings.js';
import type { LiveTarget } from './endpoint.js';
import { callProvider } from './model.js';

let server: FakeServer;
afterEach(() => server.close());

async function askAnthropic(
  answer: FakeAnswer,
  { request, place, settings }: Omit<Asked, 'target'> = {},
): Promise<ModelOutcome> {
  server = await fakeAnthropic(() => answer);
  const target: LiveTarget = {
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    baseUrl: `${server.url}/v1`,
    apiKey: '${secret:anthropic}',
  };
  return callProvider(target, asking({ target, model: 'claude-haiku-4-5', ...request }), {
    place: placeOf(place),
    settings: testSettings({ secrets: () => 'sk-ant-secret', ...settings }),
  });
}

describe('a model of Anthropic', () => {
  it('is asked in its own words', async () => {
    const outcome = await askAnthropic(
      { text: 'Hello there.', usage: { input: 1_000, output: 10, cached: 500 } },
      {
        request: {
          tools: [LOOK_UP],
          params: { temperature: 0.5, maxOutputTokens: 9, stop: ['END'] },
          output: { type: 'object', properties: { a: { type: 'object', properties: {} } } },
          messages: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content: 'Where are W1 and W2?' },
            {
              role: 'assistant',
              content: 'I look.',
              toolCalls: [
                { id: 't1', name: 'look_up', arguments: { id: 'W1' } },
                { id: 't2', name: 'look_up', arguments: { id: 'W2' } },
              ],
            },
            { role: 'tool', content: 'here', toolCallId: 't1', name: 'look_up' },
            { role: 'tool', content: 'there', toolCallId: 't2', name: 'look_up' },
          ],
        },
      },
    );
    expect(untimed(outcome)).toEqual({
      ok: true,
      content: 'Hello there.',
      toolCalls: [],
      finishReason: 'stop',
      usage: { inputTokens: 1_000, outputTokens: 10 },
      costUsd: 0.0006,
      hasTtft: true,
    });
    const { path, headers, json } = server.requests[0]!;
    expect([path, headers['x-api-key'], headers['anthropic-version']]).toEqual([
      '/v1/messages',
      'sk-ant-secret',
      '2023-06-01',
    ]);
    expect(json).toMatchInlineSnapshot(`
      {
        "max_tokens": 9,
        "messages": [
          {
            "content": [
              {
                "text": "Where are W1 and W2?",
                "type": "text",
              },
            ],
            "role": "user",
          },
          {
            "content": [
              {
                "text": "I look.",
                "type": "text",
              },
              {
                "id": "t1",
                "input": {
                  "id": "W1",
                },
                "name": "look_up",
                "type": "tool_use",
              },
              {
                "id": "t2",
                "input": {
                  "id": "W2",
                },
                "name": "look_up",
                "type": "tool_use",
              },
            ],
            "role": "assistant",
          },
          {
            "content": [
              {
                "content": "here",
                "tool_use_id": "t1",
                "type": "tool_result",
              },
              {
                "content": "there",
                "tool_use_id": "t2",
                "type": "tool_result",
              },
            ],
            "role": "user",
          },
        ],
        "model": "claude-haiku-4-5",
        "output_config": {
          "format": {
            "schema": {
              "additionalProperties": false,
              "properties": {
                "a": {
                  "additionalProperties": false,
                  "properties": {},
                  "type": "object",
                },
              },
              "type": "object",
            },
            "type": "json_schema",
          },
        },
        "stop_sequences": [
          "END",
        ],
        "stream": true,
        "system": "Be brief.",
        "temperature": 0.5,
        "tools": [
          {
            "description": "Finds an order.",
            "input_schema": {
              "properties": {
                "id": {
                  "type": "string",
                },
              },
              "type": "object",
            },
            "name": "look_up",
          },
        ],
      }
    `);
  });

  it.each([true, false])('calls tools (as a stream: %s)', async (streams) => {
    const answer = { text: 'I look.', toolCalls: [{ name: 'look_up', arguments: { id: 'W1' } }] };
    expect(untimed(await askAnthropic(answer, { settings: { streams } }))).toMatchObject({
      ok: true,
      content: 'I look.',
      finishReason: 'tool_calls',
      toolCalls: [{ id: 'toolu_0', name: 'look_up', arguments: { id: 'W1' } }],
      usage: { inputTokens: 20, outputTokens: 12 },
    });
  });

  it('says why it ended in the words that all providers share', async () => {
    const reasons: string[] = [];
    for (const finishReason of ['end_turn', 'max_tokens', 'stop_sequence', 'refusal', 'something_new']) {
      const outcome = await askAnthropic({ text: 'x', finishReason });
      if (outcome.ok) reasons.push(outcome.finishReason);
      await server.close();
    }
    expect(reasons).toEqual(['stop', 'length', 'stop', 'content_filter', 'something_new']);
  });

  it('that breaks off or tells of an error in the middle has not answered', async () => {
    expect(await askAnthropic({ text: 'one two', breakWith: 'Overloaded' })).toMatchObject({
      ok: false,
      retryable: true,
      error: { code: 'provider/broken-answer', message: 'Overloaded' },
    });
    await server.close();
    expect(await askAnthropic({ text: 'one two', breakAfter: 4 })).toMatchObject({
      ok: false,
      retryable: true,
      error: { code: 'provider/broken-answer' },
    });
  });
});
