import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { JournalEvent } from '@rehearse/contracts';
import { graphOf } from '../graph/testing/told.js';
import { compileGraph } from '../graph/index.js';
import { foldRun, verifyChain } from '../journal/index.js';
import { passHatK } from '../stats/index.js';
import { importTrajectories, type ImportedRun, type ImportRequest } from './index.js';

const NOW = Date.UTC(2024, 4, 15);
const EXCERPT = readFileSync(
  new URL('../../fixtures/trajectories/tau-bench-airline/excerpt.json', import.meta.url),
  'utf8',
);
const FULL = process.env['REHEARSE_TAU_FILE'];

const AIRLINE = graphOf(`
providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: x}}]}
nodes: {agent: {type: llm, prompt: x}}
contracts:
  - {id: details-first, precedes: {first: 'tool == "get_reservation_details"', then: 'tool == "cancel_reservation"'}}
`);

type Given = Partial<ImportRequest> & Pick<ImportRequest, 'text'>;

function runsOf(given: Given): ImportedRun[] {
  const imported = importTrajectories({ format: 'tau-bench', now: NOW, ...given });
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  return imported.runs;
}

/** The problems as text, a line for each. */
function problemsOf(given: Given): string {
  const imported = importTrajectories({ format: 'tau-bench', now: NOW, ...given });
  if (imported.ok) return '';
  return imported.problems
    .map(
      ({ code, line, path, message, suggestion }) =>
        `${line === undefined ? '' : `line ${line} `}${code} ${path}: ${message} (${suggestion})`,
    )
    .join('\n');
}

const count = <T>(items: readonly T[], holds: (item: T) => boolean): number => items.filter(holds).length;

function passHat(runs: readonly ImportedRun[]): (number | null)[] {
  const scores = new Map<string, { passed: number; scored: number }>();
  for (const { caseId, verdict } of runs) {
    const { passed, scored } = scores.get(caseId) ?? { passed: 0, scored: 0 };
    scores.set(caseId, { passed: passed + (verdict === 'passed' ? 1 : 0), scored: scored + 1 });
  }
  const cases = [...scores.values()];
  return [1, 2, 3, 4].map((k) => passHatK({ cases, k }));
}

const eventsOf = (runs: readonly ImportedRun[]) => runs.flatMap(({ events }) => events);
const callsOf = (runs: readonly ImportedRun[], tool: string) =>
  count(eventsOf(runs), (event) => event.type === 'tool.called' && event.data.tool === tool);

/** A journal as a tree that people read. */
const outline = ({ events }: ImportedRun): string =>
  events
    .map((event) => {
      const data = JSON.stringify(event.data);
      return `${event.seq} ${event.key} ${event.type} ${data.length > 90 ? `${data.slice(0, 90)}…` : data}`;
    })
    .join('\n');

const chat = (...messages: object[]): string => JSON.stringify({ messages });
const oneChat = (...messages: object[]): ImportedRun =>
  runsOf({ format: 'openai', text: chat(...messages) })[0]!;

describe('the recordings of tau-bench', () => {
  it('become a run each, whose verdict is the recorded reward', () => {
    const runs = runsOf({ text: EXCERPT });
    expect(runs).toHaveLength(12);
    expect(runs.map(({ caseId, repeat, verdict }) => `${caseId} #${repeat} ${verdict}`))
      .toMatchInlineSnapshot(`
     [
       "task-41 #0 failed",
       "task-44 #0 passed",
       "task-48 #0 passed",
       "task-41 #1 passed",
       "task-44 #1 failed",
       "task-48 #1 passed",
       "task-41 #2 failed",
       "task-44 #2 passed",
       "task-48 #2 passed",
       "task-41 #3 passed",
       "task-44 #3 failed",
       "task-48 #3 passed",
     ]
    `);
    expect(passHat(runs)).toEqual([2 / 3, 4 / 9, 1 / 3, 1 / 3]);
    expect(callsOf(runs, 'get_reservation_details')).toBe(10);
  });

  it('are judged by the contracts of the graph that is given with them', () => {
    const runs = runsOf({ text: EXCERPT, graph: AIRLINE });
    const broken = eventsOf(runs).filter((event) => event.type === 'contract.violated');
    expect(broken.map(({ data }) => data)).toMatchInlineSnapshot(`
     [
       {
         "id": "details-first",
         "key": "recorded/turn[4]/tool#0",
         "message": "tool == "get_reservation_details" must precede tool == "cancel_reservation", but it has not happened yet",
         "position": 1,
         "seq": 11,
         "severity": "major",
       },
     ]
    `);
    const run = runs.find(({ events }) => events.includes(broken[0]!))!;
    expect([run.caseId, run.repeat, run.verdict]).toEqual(['task-41', 2, 'failed']);
  });

  it('become journals that hold every message, call and result, in turns', () => {
    const [run] = runsOf({ text: EXCERPT });
    expect(outline(run!)).toMatchInlineSnapshot(`
     "1 run run.started {"vars":{"task_id":41,"user_id":"anya_garcia_5901","instruction":"You are Anya Garcia (wit…
     2 recorded node.started {"type":"recorded"}
     3 recorded/turn[1] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     4 recorded/turn[1] model.responded {"content":"Of course! I'd be happy to help you with your flight. Could you please provide…
     5 recorded/turn[2] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     6 recorded/turn[2] model.responded {"content":null,"toolCalls":[{"id":"call_5daiGzHrLJhKKy6URqKDvO1G","name":"get_reservation…
     7 recorded/turn[2]/tool#0 tool.called {"tool":"get_reservation_details","args":{"reservation_id":"3RK2T9"},"turn":2}
     8 recorded/turn[2]/tool#0 tool.returned {"tool":"get_reservation_details","result":{"reservation_id":"3RK2T9","user_id":"anya_garc…
     9 recorded/turn[3] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     10 recorded/turn[3] model.responded {"content":"I have retrieved the details of your reservation. Here they are:\\n\\n- **Reserv…
     11 recorded/turn[4] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     12 recorded/turn[4] model.responded {"content":"Since your reservation was made within the last 24 hours, you are eligible to …
     13 recorded/turn[5] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     14 recorded/turn[5] model.responded {"content":null,"toolCalls":[{"id":"call_HpnsUVr01FHdHv0sjv83BNfk","name":"cancel_reservat…
     15 recorded/turn[5]/tool#0 tool.called {"tool":"cancel_reservation","args":{"reservation_id":"3RK2T9"},"turn":5}
     16 recorded/turn[5]/tool#0 tool.returned {"tool":"cancel_reservation","result":{"reservation_id":"3RK2T9","user_id":"anya_garcia_59…
     17 recorded/turn[6] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     18 recorded/turn[6] model.responded {"content":"Your reservation has been successfully cancelled, and a full refund will be pr…
     19 recorded/rest[1] log {"level":"info","message":"user: Great, thank you for taking care of that. That's all for …
     20 recorded node.finished {"output":"Your reservation has been successfully cancelled, and a full refund will be pro…
     21 recorded:reward assertion.evaluated {"id":"recorded:reward","type":"recorded:reward","verdict":"failed","score":0,"reason":"ex…
     22 run run.finished {"verdict":"failed","output":"Your reservation has been successfully cancelled, and a full…"
    `);
  });

  it('become journals that are sound: events of the format, whole chains, a fold that tells the same', () => {
    for (const run of runsOf({ text: EXCERPT, graph: AIRLINE })) {
      for (const event of run.events) expect(JournalEvent.safeParse(event).error).toBeUndefined();
      expect(verifyChain(run.events, () => [])).toBeNull();
      const fold = foldRun(run.events);
      const { caseId, repeat, vars, verdict } = run;
      expect(fold).toMatchObject({ status: 'finished', caseId, repeat, vars, verdict });
    }
  });

  it('have the same digests however often they are imported, whatever the time and the name', () => {
    const digests = (runs: ImportedRun[]) => runs.map(({ events }) => events.at(-1)!.data);
    expect(digests(runsOf({ text: EXCERPT, now: 0, name: 'other' }))).toEqual(
      digests(runsOf({ text: EXCERPT })),
    );
  });

  if (FULL !== undefined)
    it('give the published figures, for all 200', () => {
      const text = readFileSync(FULL, 'utf8');
      const runs = runsOf({ text });
      expect(runs).toHaveLength(200);
      expect(count(runs, ({ verdict }) => verdict === 'passed')).toBe(84);
      expect(passHat(runs).map((chance) => chance!.toFixed(3))).toEqual(['0.420', '0.273', '0.220', '0.200']);
      expect(callsOf(runs, 'get_reservation_details')).toBe(377);
      const judged = runsOf({ text, graph: AIRLINE });
      expect(count(eventsOf(judged), ({ type }) => type === 'contract.violated')).toBe(2);
    });
});

describe('the graph of imported recordings', () => {
  it('is named after the file and cannot be uploaded', () => {
    const names = ['runs/GPT 4o (airline).json', 'x.jsonl', '***', 'a'.repeat(99), 'imported-x'];
    const imported = names.map((name) =>
      importTrajectories({ format: 'tau-bench', text: EXCERPT, name, now: NOW }),
    );
    expect(imported.map((result) => result.ok && result.graphName)).toEqual([
      'imported-gpt-4o-airline',
      'imported-x',
      'imported-trajectories',
      `imported-${'a'.repeat(54)}`,
      'imported-x',
    ]);
    const [first] = imported;
    const compiled = compileGraph(first!.ok ? first!.graphSource : '');
    expect(compiled.ok).toBe(false);
    expect(compiled.diagnostics.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'graph/bad-value nodes.recorded.type',
    ]);
  });
});

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

describe('a file that is none of recordings', () => {
  const record = { task_id: 1, trial: 0, reward: 1, traj: [{ role: 'user', content: 'x' }] };

  it('is told why, for tau-bench', () => {
    const texts = [
      '',
      '[\n{"task_id": 1,\n]',
      '{"messages": []}\n{"messages": []}',
      '{"messages": []}',
      'null',
      '[]',
    ];
    expect(texts.map((text) => problemsOf({ text })).join('\n')).toMatchInlineSnapshot(`
     "line 1 import/bad-json : not JSON: Unexpected end of JSON input (give the whole results file, a JSON list)
     line 3 import/bad-json : not JSON: Expected double-quoted property name (give the whole results file, a JSON list)
     line 2 import/bad-json : not JSON: Unexpected non-whitespace character after JSON (these look like JSON Lines: use the format openai)
     import/bad-value : a results file of tau-bench is a list, and this is a JSON object (use the format openai)
     import/bad-value : a results file of tau-bench is a list, and this is null (give the whole results file)
     import/empty : the file holds no recordings (give a file with at least one)"
    `);
    const records = [
      ...[
        5,
        { ...record, trial: -1 },
        { ...record, reward: 'yes' },
        { ...record, task_id: 'a b' },
        { ...record, traj: [] },
      ],
      ...[
        { ...record, traj: undefined },
        {
          ...record,
          traj: [{ role: 'robot' }, { role: 'assistant', tool_calls: [{ function: { arguments: 5 } }] }],
        },
      ],
      ...[record, record],
    ];
    expect(problemsOf({ text: JSON.stringify(records) })).toMatchInlineSnapshot(`
     "import/bad-value [0]: must be an object (mend or remove this record)
     import/bad-value [1].trial: must be at least 0 (mend or remove this record)
     import/bad-value [2].reward: must be a number (mend or remove this record)
     import/bad-value [3].task_id: must be letters, digits and _.:- (mend or remove this record)
     import/bad-value [4].traj: must have a length of at least 1 (mend or remove this record)
     import/missing-key [5].traj: the key \`traj\` is missing (check that this is a file of the format that was given)
     import/bad-value [6].traj[0].role: must be one of system, developer, user, assistant, tool, function (mend or remove this record)
     import/missing-key [6].traj[1].tool_calls[0].function.name: the key \`name\` is missing (check that this is a file of the format that was given)
     import/bad-value [6].traj[1].tool_calls[0].function.arguments: must be text or an object (mend or remove this record)
     import/duplicate-run [8]: task 1, trial 0 stands twice, first as [7] (remove one of the two)"
    `);
  });

  it('is told why, for OpenAI, by line', () => {
    const lines = [
      '{"messages": [{"role": "user", "content": "x"}]}',
      '{"messages": ',
      '[1]',
      '{"messages": []}',
      '5',
      '{"reward": 2, "messages": [{"role": "user", "content": 5}]}',
    ];
    expect(problemsOf({ format: 'openai', text: lines.join('\n') })).toMatchInlineSnapshot(`
     "line 2 import/bad-json : not JSON: Unexpected end of JSON input (write one JSON object a line)
     line 3 import/bad-value : a line holds one object with \`messages\`, and this one a list (write one object a line; a results file of tau-bench is the format tau-bench)
     line 4 import/bad-value messages: must have a length of at least 1 (mend or remove this record)
     line 5 import/bad-value : must be an object (mend or remove this record)
     line 6 import/bad-value messages[0].content: must be text or a list (mend or remove this record)
     line 6 import/bad-value reward: must be at most 1 (mend or remove this record)"
    `);
    expect(problemsOf({ format: 'openai', text: '\n\n' })).toMatchInlineSnapshot(
      `"import/empty : the file holds no recordings (write one object with \`messages\` a line)"`,
    );
  });

  it('is told no more than fifty times', () => {
    const text = JSON.stringify(Array.from({ length: 200 }, () => ({})));
    expect(problemsOf({ text }).split('\n')).toHaveLength(50);
  });
});

describe('importTrajectories, whatever it is given', () => {
  const format = fc.constantFrom('tau-bench' as const, 'openai' as const);

  it('never throws', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json());
    fc.assert(
      fc.property(format, text, (given, file) => {
        expect(typeof importTrajectories({ format: given, text: file, now: NOW }).ok).toBe('boolean');
      }),
    );
  });

  it('makes sound journals of any conversation', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.json({ maxDepth: 2 }));
    const call = fc.record({
      id: fc.constantFrom('a', 'b', ''),
      function: fc.record({ name: fc.constantFrom('t', 'u'), arguments: text }),
    });
    const message = fc.record(
      {
        role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
        content: fc.option(text),
        tool_calls: fc.array(call, { maxLength: 3 }),
        tool_call_id: fc.constantFrom('a', 'b'),
      },
      { requiredKeys: ['role'] },
    );
    const record = fc.record({
      messages: fc.array(message, { minLength: 1, maxLength: 12 }),
      reward: fc.option(fc.constantFrom(0, 1)),
    });
    fc.assert(
      fc.property(record, (given) => {
        const [run] = runsOf({ format: 'openai', text: JSON.stringify(given) });
        for (const event of run!.events) expect(JournalEvent.safeParse(event).error).toBeUndefined();
        expect(verifyChain(run!.events, () => [])).toBeNull();
        const asked = given.messages.reduce(
          (sum, { role, tool_calls: calls }) => sum + (role === 'assistant' ? (calls?.length ?? 0) : 0),
          0,
        );
        expect(count(run!.events, ({ type }) => type === 'tool.called')).toBe(asked);
        const keys = run!.events.map(({ key, type, attempt }) => `${key} ${type} ${attempt}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 200 },
    );
  });
});
