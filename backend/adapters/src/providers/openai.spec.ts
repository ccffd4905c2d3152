import { afterEach, describe, expect, it } from '@jest/globals';
import { newCancellation, type ModelOutcome } from '@rehearse/engine';
import { fakeOpenai, fakeServer, type FakeAnswer, type FakeServer } from '@rehearse/testkit';
import { asking, LOOK_UP, placeOf, untimed, type Asked } from '../testing/asking.js';
import { testSettings } from '../testing/settings.js';
import type { LiveTarget } from './endpoint.js';
import { callProvider } from './model.js';

let server: FakeServer;
afterEach(() => server.close());

async function askOpenai(answer: FakeAnswer, asked: Asked = {}): Promise<ModelOutcome> {
  server = await fakeOpenai(() => answer);
  const target = { provider: 'openai', model: 'gpt-5-mini', ...asked.target } as LiveTarget;
  const settings = testSettings({
    openai: { apiKey: 'sk-very-secret', baseUrl: `${server.url}/v1` },
    ...asked.settings,
  });
  return callProvider(target, asking({ target, ...asked.request }), {
    place: placeOf(asked.place),
    settings,
  });
}

describe('a model of OpenAI', () => {
  it('shows no secret to who watches its stream, however the secret is cut into pieces', async () => {
    const tokens: string[] = [];
    server = await fakeOpenai(() => ({ text: 'It is sk very secret, not sk very much, nor sk' }));
    const target: LiveTarget = { provider: 'openai', model: 'gpt-5-mini' };
    const outcome = await callProvider(target, asking({ target }), {
      place: placeOf({ onToken: (text) => tokens.push(text) }),
      settings: testSettings({ openai: { apiKey: 'sk very secret', baseUrl: `${server.url}/v1` } }),
    });
    expect(outcome).toMatchObject({ content: 'It is [secret openai], not sk very much, nor sk' });
    expect(tokens.join('')).toBe('It is [secret openai], not sk very much, nor sk');
    // What cannot be the beginning of it is shown as it comes.
    expect(tokens.slice(0, 2)).toEqual(['It ', 'is ']);
  });

  it('is asked for a stream and answers piece by piece', async () => {
    const tokens: string[] = [];
    const outcome = await askOpenai(
      { text: 'Hello to you.', usage: { input: 1_000, output: 100, cached: 400 } },
      {
        request: { params: { temperature: 0, maxOutputTokens: 50, stop: ['END'], reasoningEffort: 'low' } },
        place: { onToken: (text) => tokens.push(text) },
      },
    );
    expect(untimed(outcome)).toEqual({
      ok: true,
      content: 'Hello to you.',
      toolCalls: [],
      finishReason: 'stop',
      usage: { inputTokens: 1_000, outputTokens: 100 },
      // 600 fresh and 400 cached tokens of input at 0.25 and 0.025, 100 of output at 2 dollars a million.
      costUsd: 0.00036,
      hasTtft: true,
    });
    expect(tokens).toEqual(['Hello ', 'to ', 'you.']);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-very-secret' },
    });
    expect(server.requests[0]!.json).toMatchInlineSnapshot(`
      {
        "max_completion_tokens": 50,
        "messages": [
          {
            "content": "Say hello.",
            "role": "user",
          },
        ],
        "model": "gpt-5-mini",
        "reasoning_effort": "low",
        "stop": [
          "END",
        ],
        "stream": true,
        "stream_options": {
          "include_usage": true,
        },
        "temperature": 0,
      }
    `);
  });

  it('is asked for plain JSON when streams are off', async () => {
    const tokens: string[] = [];
    const outcome = await askOpenai(
      { text: 'Hello to you.' },
      { settings: { streams: false }, place: { onToken: (text) => tokens.push(text) } },
    );
    expect(outcome).toMatchObject({ ok: true, content: 'Hello to you.', finishReason: 'stop' });
    expect(tokens).toEqual(['Hello to you.']);
    expect(server.requests[0]!.json).not.toHaveProperty('stream');
  });

  it('is given tools, the answers of tools and the schema of the answer', async () => {
    await askOpenai(
      { text: '{}' },
      {
        request: {
          tools: [LOOK_UP],
          output: { type: 'object', required: ['a'] },
          messages: [
            { role: 'user', content: 'Where is W1?' },
            {
              role: 'assistant',
              content: null,
              toolCalls: [{ id: 'call_0', name: 'look_up', arguments: { id: 'W1' } }],
            },
            { role: 'tool', content: '{"status":"here"}', toolCallId: 'call_0', name: 'look_up' },
          ],
        },
      },
    );
    const { messages, tools, response_format } = server.requests[0]!.json!;
    expect({ messages, tools, response_format }).toMatchInlineSnapshot(`
      {
        "messages": [
          {
            "content": "Where is W1?",
            "role": "user",
          },
          {
            "content": null,
            "role": "assistant",
            "tool_calls": [
              {
                "function": {
                  "arguments": "{"id":"W1"}",
                  "name": "look_up",
                },
                "id": "call_0",
                "type": "function",
              },
            ],
          },
          {
            "content": "{"status":"here"}",
            "role": "tool",
            "tool_call_id": "call_0",
          },
        ],
        "response_format": {
          "json_schema": {
            "name": "output",
            "schema": {
              "required": [
                "a",
              ],
              "type": "object",
            },
          },
          "type": "json_schema",
        },
        "tools": [
          {
            "function": {
              "description": "Finds an order.",
              "name": "look_up",
              "parameters": {
                "properties": {
                  "id": {
                    "type": "string",
                  },
                },
                "type": "object",
              },
            },
            "type": "function",
          },
        ],
      }
    `);
  });

  it('calls tools, whose arguments come in pieces', async () => {
    const answer = {
      toolCalls: [
        { name: 'look_up', arguments: { id: 'W1' } },
        { name: 'other', arguments: {} },
      ],
    };
    expect(untimed(await askOpenai(answer))).toMatchObject({
      ok: true,
      content: null,
      finishReason: 'tool_calls',
      toolCalls: [
        { id: 'call_0', name: 'look_up', arguments: { id: 'W1' } },
        { id: 'call_1', name: 'other', arguments: {} },
      ],
    });
  });

  it('may answer whole although a stream was asked for', async () => {
    const raw = JSON.stringify({ choices: [{ message: { content: 'hi' }, finish_reason: 'length' }] });
    expect(untimed(await askOpenai({ raw, contentType: 'application/json' }))).toMatchObject({
      ok: true,
      content: 'hi',
      finishReason: 'length',
      usage: { inputTokens: 0, outputTokens: 0 },
    });
  });

  it('has no cost when nobody says what it costs', async () => {
    const outcome = await askOpenai({ text: 'x' }, { request: { model: 'my-own-model' } });
    expect(outcome.ok && 'costUsd' in outcome).toBe(false);
  });

  it.each([
    [400, false],
    [401, false],
    [404, false],
    [408, true],
    [425, true],
    [429, true],
    [500, true],
    [503, true],
  ])('that answers %i is asked again: %s', async (status, retryable) => {
    expect(await askOpenai({ status, error: 'no sk-very-secret today' })).toEqual({
      ok: false,
      retryable,
      error: {
        code: 'provider/error',
        category: 'provider',
        status,
        message: `the provider answered ${status}: no [secret openai] today`,
      },
    });
  });

  it('says how long to wait, in seconds or by a date', async () => {
    const busy = { status: 429, error: 'busy' };
    expect(await askOpenai({ ...busy, headers: { 'retry-after': '7' } })).toMatchObject({
      retryAfterMs: 7_000,
    });
    await server.close();
    const date = new Date(Date.now() + 60_000).toUTCString();
    const outcome = await askOpenai({ ...busy, headers: { 'retry-after': date } });
    expect((outcome as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(50_000);
  });

  it('that stops in the middle, tells of an error or talks nonsense has not answered', async () => {
    const failures: unknown[] = [];
    for (const answer of [
      { text: 'one two three', breakAfter: 3 },
      { text: 'one two', breakWith: 'overloaded' },
      { raw: 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n', contentType: 'text/event-stream' },
      { raw: 'data: {nonsense\n\n', contentType: 'text/event-stream' },
      { raw: '<html>a proxy</html>', contentType: 'text/html' },
      { raw: '{"choices":[]}', contentType: 'application/json' },
    ] satisfies FakeAnswer[]) {
      const outcome = await askOpenai(answer);
      if (!outcome.ok)
        failures.push([outcome.retryable, outcome.error.code, outcome.error.message.replace(/:\d+/, '')]);
      await server.close();
    }
    expect(failures).toMatchInlineSnapshot(`
      [
        [
          true,
          "provider/broken-answer",
          "the answer of 127.0.0.1 broke off",
        ],
        [
          true,
          "provider/broken-answer",
          "overloaded",
        ],
        [
          true,
          "provider/broken-answer",
          "the answer stopped in the middle",
        ],
        [
          false,
          "provider/bad-answer",
          "the answer is not JSON",
        ],
        [
          false,
          "provider/bad-answer",
          "the answer is not JSON",
        ],
        [
          false,
          "provider/bad-answer",
          "the answer is no chat completion: choices: Too small: expected array to have >=1 items",
        ],
      ]
    `);
  });

  it('whose answer is no longer wanted has its socket closed', async () => {
    const { signal, cancel } = newCancellation();
    server = await fakeOpenai(() => 'hang');
    const target: LiveTarget = { provider: 'openai-compatible', model: 'm', baseUrl: server.url };
    const asked = callProvider(target, asking({ target }), {
      place: placeOf({ signal }),
      settings: testSettings(),
    });
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    cancel();
    await server.hangUp();
    expect(await asked).toMatchObject({ ok: false, retryable: false, error: { code: 'provider/aborted' } });
  });

  it('whose stream drips for ever is cut off in the middle, too', async () => {
    const { signal, cancel } = newCancellation();
    const text = 'word '.repeat(10_000);
    const outcome = askOpenai({ text, dripMs: 5 }, { place: { signal, onToken: () => cancel() } });
    expect(await outcome).toMatchObject({ ok: false, error: { code: 'provider/aborted' } });
    await server.hangUp();
  });

  it('that nothing listens for is unreachable, and asked again', async () => {
    server = await fakeServer(() => {});
    await server.close();
    const target: LiveTarget = { provider: 'openai-compatible', model: 'm', baseUrl: server.url };
    const outcome = await callProvider(target, asking({ target }), {
      place: placeOf(),
      settings: testSettings(),
    });
    expect(outcome).toMatchObject({
      ok: false,
      retryable: true,
      error: { code: 'provider/unreachable', message: expect.stringContaining('nothing listens there') },
    });
  });

  it('is called over kept connections: 64 at once open 64 and no more', async () => {
    server = await fakeOpenai(() => ({ text: 'x' }));
    const target: LiveTarget = { provider: 'openai-compatible', model: 'm', baseUrl: server.url };
    const settings = testSettings();
    const worker = async () => {
      for (let i = 0; i < 10; i++)
        expect((await callProvider(target, asking({ target }), { place: placeOf(), settings })).ok).toBe(
          true,
        );
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    expect(server.requests).toHaveLength(640);
    expect(server.connections).toBeLessThanOrEqual(64);
  });
});

describe('whose key goes where', () => {
  it('a graph that names an address of its own does not get the key of the operator', async () => {
    const outcome = await askOpenai({ text: 'x' }, { target: { baseUrl: 'https://elsewhere.example/v1' } });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'provider/not-configured' } });
  });

  it('a server of one’s own needs no key, and Azure has its own header and path', async () => {
    server = await fakeOpenai(() => ({ text: 'x' }));
    const settings = testSettings({ azure: { endpoint: server.url, apiKey: 'azure-secret' } });
    const open: LiveTarget = { provider: 'openai-compatible', model: 'llama', baseUrl: `${server.url}/v1/` };
    const azure: LiveTarget = { provider: 'azure', deployment: 'mini' };
    for (const target of [open, azure])
      await callProvider(target, asking({ target, model: 'm' }), { place: placeOf(), settings });
    const seen = server.requests.map(({ path, headers }) => [
      path,
      headers.authorization,
      headers['api-key'],
    ]);
    expect(seen).toEqual([
      ['/v1/chat/completions', undefined, undefined],
      ['/openai/v1/chat/completions', undefined, 'azure-secret'],
    ]);
  });
});
