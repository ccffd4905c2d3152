import { describe, expect, it } from '@jest/globals';
import { graphOf } from '../graph/testing/told.js';
import { foldRun, verifyChain } from '../journal/index.js';
import type { ImportedRun } from './index.js';
import { outline, runsOf } from './testing/imported.js';

const chat = (...messages: object[]): string => JSON.stringify({ messages });
const oneChat = (...messages: object[]): ImportedRun =>
  runsOf({ format: 'openai', text: chat(...messages) })[0]!;

describe('OpenAI chat lines', () => {
  it('become a run each; the same id makes repeats of one case', () => {
    const line = (id: string | undefined, reward?: number | boolean) =>
      JSON.stringify({
        id,
        reward,
        model: 'gpt-5-mini',
        messages: [
          { role: 'user', content: 'hi' },
          { role: 'assistant', content: 'hello' },
        ],
      });
    const text = `\uFEFF${[line('a', 1), line('a', false), line('b', 0.5), '', line(undefined), line('not an id')].join('\r\n')}\n`;
    expect(
      runsOf({ format: 'openai', text }).map(({ caseId, repeat, verdict }) => [caseId, repeat, verdict]),
    ).toEqual([
      ['a', 0, 'passed'],
      ['a', 1, 'failed'],
      ['b', 0, 'failed'],
      ['line-5', 0, 'inconclusive'],
      ['line-6', 0, 'inconclusive'],
    ]);
  });

  it('give each call its answer by id, and by place where ids repeat or lack', () => {
    const call = (id: string | undefined, name: string) => ({
      id,
      type: 'function',
      function: { name, arguments: '{"n": 1}' },
    });
    const answer = (id: string, content: string) => ({ role: 'tool', tool_call_id: id, content });
    const run = oneChat(
      { role: 'assistant', content: null, tool_calls: [call('x', 'first'), call('y', 'second')] },
      ...[answer('y', '{"of": "second"}'), answer('x', 'plain text')],
      { role: 'assistant', content: null, tool_calls: [call('z', 'third'), call('z', 'fourth')] },
      ...[answer('z', '[3]'), answer('z', '12345678901234567890')],
      { role: 'assistant', content: null, tool_calls: [call('w', 'fifth')] },
      { role: 'user', content: 'never mind' },
      { role: 'assistant', content: null, function_call: { name: 'old', arguments: 'no json' } },
      { role: 'function', name: 'old', content: 'of old' },
    );
    expect(outline(run)).toMatchInlineSnapshot(`
     "1 run run.started {"vars":{},"seed":1,"chaos":null,"caseId":"line-1","repeat":0,"live":false,"offline":false…
     2 recorded node.started {"type":"recorded"}
     3 recorded/turn[1] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     4 recorded/turn[1] model.responded {"content":null,"toolCalls":[{"id":"x","name":"first","arguments":{"n":1}},{"id":"y","name…
     5 recorded/turn[1]/tool#0 tool.called {"tool":"first","args":{"n":1},"turn":1}
     6 recorded/turn[1]/tool#0 tool.returned {"tool":"first","result":"plain text"}
     7 recorded/turn[1]/tool#1 tool.called {"tool":"second","args":{"n":1},"turn":1}
     8 recorded/turn[1]/tool#1 tool.returned {"tool":"second","result":{"of":"second"}}
     9 recorded/turn[2] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     10 recorded/turn[2] model.responded {"content":null,"toolCalls":[{"id":"z","name":"third","arguments":{"n":1}},{"id":"z","name…
     11 recorded/turn[2]/tool#0 tool.called {"tool":"third","args":{"n":1},"turn":2}
     12 recorded/turn[2]/tool#0 tool.returned {"tool":"third","result":[3]}
     13 recorded/turn[2]/tool#1 tool.called {"tool":"fourth","args":{"n":1},"turn":2}
     14 recorded/turn[2]/tool#1 tool.returned {"tool":"fourth","result":"12345678901234567890"}
     15 recorded/turn[3] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     16 recorded/turn[3] model.responded {"content":null,"toolCalls":[{"id":"w","name":"fifth","arguments":{"n":1}}],"finishReason"…
     17 recorded/turn[3]/tool#0 tool.called {"tool":"fifth","args":{"n":1},"turn":3}
     18 recorded/turn[4] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     19 recorded/turn[4] model.responded {"content":null,"toolCalls":[{"id":"","name":"old","arguments":"no json"}],"finishReason":…
     20 recorded/turn[4]/tool#0 tool.called {"tool":"old","args":"no json","turn":4}
     21 recorded/turn[4]/tool#0 tool.returned {"tool":"old","result":"of old"}
     22 recorded node.finished {"output":null,"text":""}
     23 run run.finished {"verdict":"inconclusive","output":null,"digest":"d0ea14d59de6f9e62a531a9f52fd9e5b3f40e942…"
    `);
  });

  it('keep what JSON would change as text', () => {
    const calls = [
      '{"id": 12345678901234567890}',
      '{"__proto__": {"a": 1}}',
      '[1]',
      '',
      `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`,
    ].map((args, at) => ({
      ...{ id: String(at), type: 'function', function: { name: 't', arguments: args } },
    }));
    const run = oneChat({ role: 'assistant', content: null, tool_calls: calls });
    const args = run.events.flatMap((event) => (event.type === 'tool.called' ? [event.data.args] : []));
    expect(args.map((value) => typeof value)).toEqual(['string', 'string', 'string', 'object', 'string']);
  });

  it('join the parts of a message, and name those that are no text', () => {
    const content = [
      { type: 'text', text: 'look:' },
      { type: 'image_url', image_url: { url: 'https://x.example' } },
    ];
    const run = oneChat(
      { role: 'developer', content: 'be kind' },
      { role: 'user', content },
      { role: 'assistant', content: 'nice \ud800' },
    );
    const asked = run.events.find((event) => event.type === 'model.requested')!;
    expect(asked.data.messagesAdded).toEqual([
      { role: 'system', content: 'be kind' },
      { role: 'user', content: 'look:\n[image_url]' },
    ]);
    expect(run.events.at(-1)!.data).toMatchObject({ output: 'nice \uFFFD' });
  });

  it('have no output where the assistant never spoke', () => {
    const run = oneChat({ role: 'user', content: 'hello?' });
    expect(run.events.at(-1)!.data).toMatchObject({ output: null, verdict: 'inconclusive' });
  });

  it('are judged by assertions; what was not recorded cannot be told', () => {
    const graph = graphOf(
      `
nodes: {a: {type: transform, value: "1"}}
assert:
  - {type: icontains, value: hello}
  - {type: trajectory:step-count, value: {max: 1}}
  - {type: latency, threshold: 20s}
  - {type: cost, threshold: 1, weight: 0}
  - {type: tokens, threshold: 100}
cases:
  - {id: greeting, assert: [{type: not-contains, value: bye}]}
`,
    );
    const record = {
      id: 'greeting',
      usage: { prompt_tokens: 5, completion_tokens: 6 },
      messages: [{ role: 'assistant', content: 'Hello' }],
    };
    const [run] = runsOf({ format: 'openai', text: JSON.stringify(record), graph });
    const judged = foldRun(run!.events);
    expect(judged.assertions.map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason}`))
      .toMatchInlineSnapshot(`
     [
       "assert[0] passed: expected the text to contain, in any case, "hello", got "Hello"",
       "assert[1] passed: expected the run to take at most 1 step, got 1",
       "assert[2] errored: the recording has no times",
       "assert[3] errored: the recording has no costs",
       "assert[4] passed: expected the token count to be at most 100, got 11",
       "case.assert[0] passed: expected the text not to contain "bye", got "Hello"",
     ]
    `);
    expect([judged.usage.totalTokens, run!.verdict]).toEqual([11, 'errored']);
    expect(verifyChain(run!.events, () => [])).toBeNull();
  });

  it('break the `returns` of a tool of the graph', () => {
    const graph = graphOf(
      'tools: {t: {returns: {type: object, required: [ok]}, mock: [{return: {ok: 1}}]}}\nnodes: {a: {type: tool, tool: t}}',
    );
    const calls = [{ id: 'a', type: 'function', function: { name: 't', arguments: '{}' } }];
    const text = chat(
      { role: 'assistant', content: 'x', tool_calls: calls },
      { role: 'tool', tool_call_id: 'a', content: '{}' },
    );
    const [run] = runsOf({ format: 'openai', text, graph });
    expect(run!.verdict).toBe('failed');
    expect(foldRun(run!.events).contracts).toMatchInlineSnapshot(`
     [
       {
         "id": "tools.t.returns",
         "message": "what t returned does not fit: it must have the field \`ok\`",
         "seq": 6,
         "severity": "major",
         "verdict": "failed",
       },
     ]
    `);
  });

  it('are judged by what their tools were asked and answered', () => {
    const graph = graphOf(`
nodes: {a: {type: transform, value: "1"}}
contracts: [{id: broken, never: 'tool == "t" && int(args.n) == 1'}]
assert:
  - {type: trajectory:tool-used, value: t}
  - {type: cel, value: 'toolCalls[0].result.ok && toolCalls[0].args.n == "x"'}
`);
    const calls = [{ id: 'a', type: 'function', function: { name: 't', arguments: '{"n": "x"}' } }];
    const text = chat(
      { role: 'assistant', content: null, tool_calls: calls },
      { role: 'tool', tool_call_id: 'a', content: '{"ok": true}' },
    );
    const [run] = runsOf({ format: 'openai', text, graph });
    const { assertions, contracts, verdict } = foldRun(run!.events);
    expect(assertions.map(({ id, verdict: judged }) => [id, judged])).toEqual([
      ['assert[0]', 'passed'],
      ['assert[1]', 'passed'],
    ]);
    expect([contracts, verdict]).toMatchInlineSnapshot(`
     [
       [
         {
           "id": "broken",
           "message": "tool == "t" && int(args.n) == 1: "x" is not a number",
           "severity": "major",
           "verdict": "errored",
         },
       ],
       "errored",
     ]
    `);
  });
});
