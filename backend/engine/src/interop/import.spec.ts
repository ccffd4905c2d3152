import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JournalEvent } from '@rehearse/contracts';
import { verifyChain } from '../journal/index.js';
import { importTrajectories } from './index.js';
import { count, NOW, problemsOf, runsOf } from './testing/imported.js';

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
