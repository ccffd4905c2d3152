import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  capturedIo,
  commandLine,
  graphText,
  temporaryFolder,
  timeless,
  type TemporaryFolder,
} from '@rehearse/testkit';
import fc from 'fast-check';
import { main } from '../main.js';

const MODEL = `providers:
  main: {targets: [{provider: mock, script: main}]}
`;
const ASK = `nodes:
  ask: {type: llm, prompt: "{{ inputs.q }}"}
`;

const GRAPHS = {
  'good.yaml': graphText(
    `${MODEL}mocks:
  main: [{reply: {content: "Fine, {{ inputs.q }}."}}]
${ASK}assert: [{type: contains, value: Fine}]
cases:
  - {id: one, vars: {q: a}}
  - {id: two, vars: {q: b}, repeat: {runs: 2}}
`,
    'good',
  ),
  'bad.yaml': graphText(
    `${MODEL}mocks:
  main:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: drop, arguments: {table: users}}]}}
    - {reply: {content: '{"colour": "blue", "size": 3, "note": "done"}'}}
tools:
  drop: {description: Drops a table, mock: [{return: {ok: true}}]}
nodes:
  ask: {type: agent, prompt: "{{ inputs.q }}", tools: [drop], output: {type: object}}
contracts:
  - {id: keep-tables, never: tool == "drop", severity: critical}
assert:
  - {type: equals, value: {colour: red, size: 3}}
cases:
  - {id: nasty, vars: {q: "drop it\\nnow"}}
`,
    'bad',
  ),
  'coin.yaml': graphText(
    `${MODEL}mocks:
  main: [{reply: {oneOf: [{weight: 2, content: heads}, {content: tails}]}}]
${ASK}assert: [{type: equals, value: heads}]
cases:
  - {id: lenient, vars: {q: flip}, repeat: {runs: 6, minPass: 2}}
  - {id: strict, vars: {q: flip}, repeat: {runs: 6, minPass: 6}}
`,
    'coin',
  ),
  'unclear.yaml': graphText(
    `${MODEL}mocks:
  main:
    - {when: inputs.q == "break", error: {message: "the model is away", status: 400}}
    - {reply: {content: hm}}
${ASK}cases:
  - {id: breaks, vars: {q: break}}
  - {id: says-nothing, vars: {q: hm}}
`,
    'unclear',
  ),
  'caseless.yaml': graphText(
    `inputs: {type: object, required: [n], properties: {n: {type: number}}}
nodes: {a: {type: transform, value: inputs.n}}
assert: [{type: equals, value: 1}]
`,
    'caseless',
  ),
  'broken.yaml': graphText('nodes:\n  a: {type: llm, promt: hi}\n', 'broken'),
  'nested/rehearse.yaml': 'port: 8123\n',
};

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeAll(() => {
  folder = temporaryFolder();
  for (const [name, text] of Object.entries(GRAPHS)) folder.write(name, text);
  rehearse = commandLine(main, { cwd: folder.path });
});
afterAll(() => folder.remove());

const events = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string | number>);

const BUDGET = `providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {toolCalls: [{name: t}], costUsd: 0.04}}]}
tools: {t: {mock: [{return: 1}]}}
nodes: {a: {type: agent, prompt: x, tools: [t]}}
budget: {maxCostUsd: 0.1}
assert: [{type: contains, value: hi}]
`;

describe('a run that its budget ends', () => {
  it('says which budget it was, and how much was used', async () => {
    folder.write('budget.yaml', graphText(BUDGET, 'budget'));
    const { code, out } = await rehearse(['run', 'budget.yaml']);
    expect(code).toBe(101);
    expect(out).toContain('maxCostUsd is 0.1, and it came to 0.12 US dollars');
  });
});

describe('rehearse run, for people', () => {
  it('shows the cases that passed, the totals and what to do next', async () => {
    const { code, out, err } = await rehearse(['run', 'good.yaml']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(timeless(out)).toMatchInlineSnapshot(`
      "good  good.yaml
        ✓ one  <time>
        ✓ two  2 of 2 repeats passed, <time>

      Runs     3: 3 passed
      Cases    2: 2 passed
      Tokens   9, $0.00
      Time     <time>
      Next     rehearse run good.yaml --cassette runs.jsonl   (keeps the answers for \`rehearse replay\`)
      "
    `);
  });

  it('shows why a run failed: the assertion with both sides, the contract with its seq and key', async () => {
    const { code, out } = await rehearse(['run', 'bad.yaml']);
    expect(code).toBe(100);
    expect(timeless(out)).toMatchInlineSnapshot(`
      "bad  bad.yaml
        ✗ nasty  failed  <time>
            assertion equals  assert[0], major
              expected the text to equal "{"colour":"red","size":3}", got "{"colour":"blue","note":"done","size":3}"
              /colour
              expected  "red"
              actual    "blue"
              /note
              expected  (nothing)
              actual    "done"
            contract keep-tables at seq 5, ask/turn[1]/tool#0  critical
              never tool == "drop", but it happened

      Runs     1: 1 failed
      Tokens   38, $0.00
      Time     <time>
      Next     rehearse run bad.yaml --case nasty --cassette runs.jsonl   (records it for \`rehearse replay\`)
      "
    `);
  });

  it('counts a case as passed from its minPass on, and calls it flaky', async () => {
    const { code, out } = await rehearse(['run', 'coin.yaml']);
    expect(code).toBe(100);
    expect(timeless(out)).toMatchInlineSnapshot(`
      "coin  coin.yaml
        ✓ lenient  2 of 6 repeats passed, needs 2, flaky, <time>
          ✗ repeat 1  seed 2  expected the text to equal "heads", got "tails"
          ✗ repeat 3  seed 4  expected the text to equal "heads", got "tails"
          ✗ repeat 4  seed 5  expected the text to equal "heads", got "tails"
          ✗ repeat 5  seed 6  expected the text to equal "heads", got "tails"
        ✗ strict  failed  2 of 6 repeats passed, needs 6, flaky, <time>
          ✗ repeat 1  seed 2
              assertion equals  assert[0], major
                expected the text to equal "heads", got "tails"
                expected  "heads"
                actual    "tails"
          ✗ repeat 3  seed 4
              assertion equals  assert[0], major
                expected the text to equal "heads", got "tails"
                expected  "heads"
                actual    "tails"
          ✗ repeat 4  seed 5
              assertion equals  assert[0], major
                expected the text to equal "heads", got "tails"
                expected  "heads"
                actual    "tails"
          ✗ repeat 5  seed 6
              assertion equals  assert[0], major
                expected the text to equal "heads", got "tails"
                expected  "heads"
                actual    "tails"

      Runs     12: 4 passed, 8 failed
      Cases    2: 1 passed, 1 failed, 2 flaky
      Tokens   36, $0.00
      Time     <time>
      Next     rehearse run coin.yaml --case strict --cassette runs.jsonl   (records it for \`rehearse replay\`)
      "
    `);
    expect((await rehearse(['run', 'coin.yaml', '--case', 'lenient'])).code).toBe(0);
  });

  it('never takes what could not be told for a failure', async () => {
    const { code, out } = await rehearse(['run', 'unclear.yaml']);
    expect(code).toBe(101);
    expect(timeless(out)).toMatchInlineSnapshot(`
      "unclear  unclear.yaml
        ! breaks  errored  <time>
            error provider/error at ask: the model is away
        ? says-nothing  inconclusive  <time>
            error run/nothing-asserted: nothing was asserted

      Runs     2: 1 errored, 1 inconclusive
      Tokens   2, $0.00
      Time     <time>
      Next     rehearse run unclear.yaml --last-failed   (only what did not pass)
      "
    `);
  });

  it('lets a failure beat an error', async () => {
    expect((await rehearse(['run', 'unclear.yaml', 'bad.yaml'])).code).toBe(100);
  });

  it('uses colours on a terminal or when forced, and none when NO_COLOR is set', async () => {
    const escape = '\u001B[';
    const argv = ['run', 'good.yaml'];
    expect((await rehearse(argv)).out).not.toContain(escape);
    expect((await rehearse(argv, { isTTY: true })).out).toContain(escape);
    expect((await rehearse(argv, { isTTY: true, env: { NO_COLOR: '1' } })).out).not.toContain(escape);
    expect((await rehearse(argv, { isTTY: true, env: { TERM: 'dumb' } })).out).not.toContain(escape);
    expect((await rehearse(argv, { env: { FORCE_COLOR: '1' } })).out).toContain(escape);
    expect((await rehearse(argv, { env: { FORCE_COLOR: '0' }, isTTY: true })).out).not.toContain(escape);
  });

  it('draws a progress bar on standard error, on a terminal alone, and takes it away again', async () => {
    expect((await rehearse(['run', 'coin.yaml'])).err).toBe('');
    const { err, out } = await rehearse(['run', 'coin.yaml'], { isTTY: true, env: { NO_COLOR: '1' } });
    expect(err).toMatch(/━{24} \d+\/12/);
    expect(err.endsWith('\r\u001B[2K')).toBe(true);
    expect(out).not.toContain('━');
  });

  it('shows control characters of a model instead of obeying them', async () => {
    const text = graphText(
      `${MODEL}mocks:\n  main: [{reply: {content: "\\u001B[2J\\u202Egone"}}]\nnodes: {ask: {type: llm, prompt: x}}\nassert: [{type: equals, value: here}]\n`,
    );
    const { out } = await rehearse(['run', '-'], { stdin: text });
    expect(out).toContain(String.raw`\u001b[2J\u202egone`);
    expect(out).not.toContain('\u001B');
    expect(out).not.toContain('\u202E');
  });
});

describe('rehearse run, for machines', () => {
  it('prints JSON lines alone: launch, each run, done', async () => {
    const { code, out, err } = await rehearse(['run', 'bad.yaml', '--reporter', 'json']);
    expect({ code, err }).toEqual({ code: 100, err: '' });
    const [launch, run, done] = events(out);
    expect(launch).toEqual({ event: 'launch', runs: 1, graphs: 1 });
    expect({ ...run, at: '', durationMs: 0, digest: '', graphDigest: '' }).toMatchInlineSnapshot(`
      {
        "assertions": [
          {
            "metric": null,
            "reason": "expected the text to equal "{"colour":"red","size":3}", got "{"colour":"blue","note":"done","size":3}"",
            "score": 0,
            "severity": "major",
            "type": "equals",
            "verdict": "failed",
          },
        ],
        "at": "",
        "case": "nasty",
        "chaos": null,
        "contracts": [
          {
            "id": "keep-tables",
            "seq": 5,
            "verdict": "failed",
          },
        ],
        "costUsd": 0,
        "digest": "",
        "durationMs": 0,
        "event": "run",
        "graph": "bad",
        "graphDigest": "",
        "repeat": 0,
        "seed": 1,
        "tokens": 38,
        "verdict": "failed",
      }
    `);
    expect({ ...done, durationMs: 0 }).toEqual({
      event: 'done',
      ...{ passed: 0, failed: 1, errored: 0, inconclusive: 0, durationMs: 0, exitCode: 100 },
    });
  });

  it('keeps the order of file, case and repeat, and the same digests, whatever the concurrency', async () => {
    const digests = async (concurrency: number) => {
      const argv = [
        'run',
        'coin.yaml',
        'good.yaml',
        '--reporter',
        'json',
        '--concurrency',
        String(concurrency),
      ];
      return events((await rehearse(argv)).out)
        .filter(({ event }) => event === 'run')
        .map((run) => `${run['graph']} ${run['case']} ${run['repeat']} ${run['seed']} ${run['digest']}`);
    };
    const alone = await digests(1);
    expect(alone).toHaveLength(15);
    expect(alone.map((line) => line.replace(/ \w+$/, '')).slice(11)).toEqual([
      'coin strict 5 6',
      'good one 0 1',
      'good two 0 1',
      'good two 1 2',
    ]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 20 }), async (concurrency) => {
        expect(await digests(concurrency)).toEqual(alone);
      }),
      { numRuns: 5 },
    );
  });

  it('writes the report to a file, whole, and the one for people to standard output', async () => {
    const { out } = await rehearse([
      'run',
      'good.yaml',
      '--reporter',
      'junit',
      '--output',
      'reports/junit.xml',
    ]);
    expect(out).toContain('✓ one');
    expect(folder.read('reports/junit.xml')).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites /,
    );
    expect(folder.list().filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('rehearse run, several reports', () => {
  it('writes each to its own file, and the one for people to standard output', async () => {
    const reports = [
      '--reporter',
      'json=r/a.jsonl',
      '--reporter',
      'junit=r/b.xml',
      '--reporter',
      'sarif=r/c.sarif',
    ];
    const { code, out } = await rehearse(['run', 'good.yaml', ...reports]);
    expect(code).toBe(0);
    expect(out).toContain('✓ one');
    expect(events(folder.read('r/a.jsonl')).map(({ event }) => event)).toEqual([
      ...['launch', 'run', 'run', 'run', 'done'],
    ]);
    expect(folder.read('r/b.xml')).toContain('<testsuites');
    expect(JSON.parse(folder.read('r/c.sarif'))).toMatchObject({ version: '2.1.0' });
  });

  it('leaves the last report where it is when the runs come to no end', async () => {
    folder.write('kept.jsonl', 'before');
    const io = capturedIo({ cwd: folder.path });
    const broken = {
      ...io,
      stdout: {
        ...io.stdout,
        write: () => {
          throw new Error('the pipe is gone');
        },
      },
    };
    expect(await main(['run', 'good.yaml', '--reporter', 'json=kept.jsonl'], broken)).toBe(1);
    expect(folder.read('kept.jsonl')).toBe('before');
    expect(folder.list().filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('rehearse run, what is run', () => {
  const ran = async (...argv: string[]) =>
    events((await rehearse(['run', ...argv, '--reporter', 'json'])).out)
      .filter(({ event }) => event === 'run')
      .map((run) => `${run['graph']}/${run['case']}#${run['repeat']} seed ${run['seed']}`);

  it('takes the cases, repeats and seed that are asked for', async () => {
    expect(await ran('good.yaml', '--case', 'two', '--repeat', '3', '--seed', '7')).toEqual([
      'good/two#0 seed 7',
      'good/two#1 seed 8',
      'good/two#2 seed 9',
    ]);
  });

  it('takes a file behind the cases for a file', async () => {
    expect(await ran('--case', 'one', 'good.yaml')).toEqual(['good/one#0 seed 1']);
    expect(await ran('--case', 'one', 'two', '--seed', '3', 'good.yaml')).toHaveLength(3);
  });

  it('takes a folder for the graphs in it, and a pattern for what it finds, each graph once', async () => {
    folder.write('several/b.yaml', GRAPHS['good.yaml']);
    folder.write('several/a.yml', GRAPHS['unclear.yaml']);
    folder.write('several/rehearse.yaml', 'port: 8123\n');
    const all = await ran('several');
    expect(all).toEqual(['unclear/breaks#0 seed 1', 'unclear/says-nothing#0 seed 1', ...all.slice(2)]);
    expect(await ran('several/*.y*ml', 'several/b.yaml')).toEqual(all);
  });

  it('filters by text in the name of a graph or case', async () => {
    expect(await ran('good.yaml', 'unclear.yaml', '--filter', 'ne')).toEqual(['good/one#0 seed 1']);
    expect(await ran('good.yaml', 'unclear.yaml', '--filter', 'unclear')).toHaveLength(2);
  });
});

describe('rehearse run, wrong use', () => {
  const refusals: [string, string[]][] = [
    ['a file that is not there', ['absent.yaml']],
    ['a folder without graphs', ['nested']],
    ['a graph with errors', ['broken.yaml', 'good.yaml']],
    ['a case that no graph has', ['good.yaml', '--case', 'tow']],
    ['a filter that nothing fits', ['good.yaml', '--filter', 'nowhere']],
    ['inputs that no case gives', ['caseless.yaml']],
    ['a mode without a cassette', ['good.yaml', '--mode', 'record']],
    ['a cassette that is no file', ['good.yaml', '--cassette', '-']],
    ['a mode that is none', ['good.yaml', '--cassette', 'c.jsonl', '--mode', 'rewind']],
    ['a reporter that is none', ['good.yaml', '--reporter', 'spek']],
    ['--live beside --offline', ['good.yaml', '--live', '--offline']],
    ['a chaos profile that a graph lacks', ['good.yaml', '--chaos', 'flaky-tools']],
    ['runs without chaos where there is none', ['good.yaml', '--with-clean']],
    ['a decision that is none', ['good.yaml', '--approve', 'ask=maybe']],
    ['a decision for a node that is not there', ['good.yaml', '--approve', 'ask=approve']],
    ['a modification that is not JSON', ['good.yaml', '--approve', 'ask=modify:{total']],
    [
      'two reports for machines on standard output',
      ['good.yaml', '--reporter', 'json', '--reporter', 'junit'],
    ],
    ['one file for two reports', ['good.yaml', '--reporter', 'json', '--reporter', 'junit', '--output', 'x']],
    ['to watch standard input', ['-', '--watch']],
    ['a report where a folder is', ['good.yaml', '--reporter', 'junit=nested']],
  ];

  it.each(refusals)('refuses %s with 2, says why and how to mend it', async (_, argv) => {
    const { code, out, err } = await rehearse(['run', ...argv]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatchSnapshot();
  });

  it('leaves out what was not begun when it is stopped', async () => {
    const stop = new AbortController();
    const io = capturedIo({ cwd: folder.path });
    stop.abort();
    expect(await main(['run', 'good.yaml'], { ...io, signal: stop.signal })).toBe(130);
    expect(io.stdout.text).toContain('3 of 3 runs left out');
  });
});
