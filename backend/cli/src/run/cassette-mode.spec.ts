import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  closedNetwork,
  commandLine,
  graphText,
  temporaryFolder,
  timeless,
  type TemporaryFolder,
} from '@rehearse/testkit';
import { main } from '../main.js';

const graph = (content: string, cases = 'cases: [{id: one, vars: {q: a}}, {id: two, vars: {q: b}}]') =>
  graphText(
    `providers:
  main: {targets: [{provider: mock, script: main}]}
mocks:
  main: [{reply: {content: "${content}"}}]
nodes:
  ask: {type: llm, prompt: "{{ inputs.q }}"}
assert: [{type: contains, value: Fine}]
${cases}
`,
    'kept',
  );

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeEach(() => {
  folder = temporaryFolder();
  folder.write('g.yaml', graph('Fine, {{ inputs.q }}'));
  rehearse = commandLine(main, { cwd: folder.path });
});
afterEach(() => folder.remove());

const run = (...argv: string[]) => rehearse(['run', 'g.yaml', '--cassette', 'c.jsonl', ...argv]);
describe('a cassette', () => {
  it('is recorded once and replayed from then on, with nothing of the network', async () => {
    expect((await run()).code).toBe(0);
    const recorded = folder.read('c.jsonl');
    expect(recorded.split('\n').filter((line) => line.includes('"rehearse":"cassette/v1"'))).toHaveLength(2);
    const network = closedNetwork();
    try {
      const { code, out } = await run('--mode', 'replay');
      expect(code).toBe(0);
      expect(timeless(out)).toMatchInlineSnapshot(`
        "kept  g.yaml
          ✓ one  <time>, replayed
          ✓ two  <time>, replayed

        Runs     2: 2 passed
        Tokens   6, $0.00
        Time     <time>
        Next     rehearse replay c.jsonl
        "
      `);
      expect(network.attempts).toEqual([]);
    } finally {
      network.open();
    }
    expect(folder.read('c.jsonl')).toBe(recorded);
  });

  it('is the same file when the same runs are recorded anew', async () => {
    await run('--mode', 'record');
    const first = folder.read('c.jsonl');
    await run('--mode', 'record', '--concurrency', '1');
    expect(folder.read('c.jsonl')).toBe(first);
  });

  it('gives a run the same id wherever and whenever it is recorded', async () => {
    await run();
    folder.write('elsewhere/g.yaml', folder.read('g.yaml'));
    await rehearse(['run', 'elsewhere/g.yaml', '--cassette', 'other.jsonl']);
    const ids = (file: string) => [...new Set(folder.read(file).match(/"runId":"[^"]+"/g))];
    expect(ids('other.jsonl')).toEqual(ids('c.jsonl'));
    expect(ids('c.jsonl')[0]).toMatch(
      /"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"/,
    );
  });

  it('in auto mode takes up what is missing and leaves what is there', async () => {
    await run('--case', 'two');
    const two = folder.read('c.jsonl');
    const { out } = await run();
    expect(timeless(out)).toContain('✓ two  <time>, replayed');
    expect(timeless(out)).toContain('✓ one  <time>\n');
    expect(folder.read('c.jsonl').endsWith(two.slice(two.indexOf('\n')))).toBe(true);
  });

  it('is read behind a byte order mark, as some editors put it there', async () => {
    await run();
    folder.write('c.jsonl', `\uFEFF${folder.read('c.jsonl')}`);
    expect((await run('--mode', 'replay')).code).toBe(0);
  });

  it('takes a recording that breaks off for a missing one: auto records it anew, replay names it', async () => {
    await run();
    const whole = folder.read('c.jsonl');
    folder.write('c.jsonl', whole.split('\n').slice(0, -2).join('\n'));
    const replayed = await run('--mode', 'replay');
    expect(replayed.code).toBe(102);
    expect(replayed.out).toContain(
      'cassette/missing: c.jsonl has no recording of kept, case two, repeat 0, seed 1 but one that breaks off before its end',
    );
    expect(replayed.out).toContain('--mode auto   (records what is missing; not in CI)');
    const { code, out } = await run();
    expect([code, timeless(out)]).toEqual([0, expect.stringContaining('✓ two  <time>\n')]);
    expect((await run('--mode', 'replay')).code).toBe(0);
    expect(folder.read('c.jsonl').match(/run\.finished/g)).toHaveLength(2);
  });

  it('in auto mode records nothing in CI: a missing recording is named, and the exit code is 102', async () => {
    await run('--case', 'two');
    const { code, out } = await rehearse(['run', 'g.yaml', '--cassette', 'c.jsonl'], { env: { CI: 'true' } });
    expect(code).toBe(102);
    expect(timeless(out)).toMatchInlineSnapshot(`
      "kept  g.yaml
        ! one  errored  <time>
            error cassette/missing: c.jsonl has no recording of kept, case one, repeat 0, seed 1, and nothing is recorded in CI
        ✓ two  <time>, replayed

      Runs     2: 1 passed, 1 errored
      Diverged 1 run
      Tokens   3, $0.00
      Time     <time>
      Next     rehearse run g.yaml --cassette c.jsonl --mode auto   (records what is missing; not in CI)
      "
    `);
    expect((await rehearse(['run', 'g.yaml', '--cassette', 'c.jsonl'], { env: { CI: 'false' } })).code).toBe(
      0,
    );
  });

  it('in replay mode makes no run that was not recorded, also one with another seed', async () => {
    await run();
    const { code, out } = await run('--mode', 'replay', '--seed', '9', '--case', 'one');
    expect(code).toBe(102);
    expect(out).toContain('c.jsonl has no recording of kept, case one, repeat 0, seed 9');
  });

  it('shows where a changed graph leaves the recording', async () => {
    await run();
    folder.write(
      'g.yaml',
      graph('Fine, {{ inputs.q }}').replace('"{{ inputs.q }}"}', '"Really {{ inputs.q }}?"}'),
    );
    const { code, out } = await run('--mode', 'replay', '--case', 'one');
    expect(code).toBe(102);
    expect(timeless(out).replaceAll(/[0-9a-f]{12}/g, '<digest>')).toMatchInlineSnapshot(`
      "kept  g.yaml
        ! one  errored, diverged  <time>, replayed
            input_changed at seq 3, key ask/turn[1], lane ask
            model.requested at ask/turn[1] was asked something else: /messages/0/content
            expected                                   │ actual
            …                                          │ …
              "messages": [                            │   "messages": [
                {                                      │     {
                  "content": "a",                      │       "content": "Really a?",
                  "role": "user"                       │       "role": "user"
                }                                      │     }
            /messages/0/content
              expected  "a"
              actual    "Really a?"
            matched before it
                 1 run.started        run  {"caseId":"one","chaos":null,"live":false,"offline":false,"…
                 2 node.started       ask  {"type":"llm"}
            graph digest   recorded <digest>, now <digest>

      Runs     1: 1 errored
      Diverged 1 run
      Tokens   0, $0.00
      Time     <time>
      Next     rehearse run g.yaml --cassette c.jsonl --mode record   (if the change is meant)
      "
    `);
    const json = await run('--mode', 'replay', '--case', 'one', '--reporter', 'json');
    const [, told, done] = json.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told).toMatchObject({
      ...{ verdict: 'errored', error: { code: 'replay/input_changed' } },
      divergence: { kind: 'input_changed', key: 'ask/turn[1]', seq: 3 },
    });
    expect(done).toMatchObject({ errored: 1, exitCode: 102 });
  });

  it('does not mind a change that changes nothing that is asked', async () => {
    await run();
    folder.write('g.yaml', `# a comment\n${graph('Another answer altogether')}`);
    expect((await run('--mode', 'replay')).code).toBe(0);
  });

  it('shows that the vars of a case have changed since', async () => {
    await run();
    folder.write('g.yaml', graph('Fine, {{ inputs.q }}', 'cases: [{id: one, vars: {q: changed}}]'));
    const { code, out } = await run('--mode', 'replay');
    expect(code).toBe(102);
    expect(out).toContain('the vars of the case are not those that were recorded: /q');
  });

  it('replays a run that failed as a run that failed', async () => {
    folder.write('g.yaml', graph('Bad'));
    expect((await run()).code).toBe(100);
    expect((await run('--mode', 'replay')).code).toBe(100);
    const junit = await run('--mode', 'replay', '--reporter', 'junit');
    expect(junit.out).toContain('failures="2"');
  });

  it('keeps the recordings of several graphs apart, and refuses two of the same name', async () => {
    folder.write('h.yaml', graph('Fine').replace('name: kept', 'name: another'));
    expect((await rehearse(['run', 'g.yaml', 'h.yaml', '--cassette', 'c.jsonl'])).code).toBe(0);
    expect((await run('--mode', 'replay')).code).toBe(0);
    folder.write('copy.yaml', folder.read('g.yaml'));
    const { code, err } = await rehearse(['run', 'g.yaml', 'copy.yaml', '--cassette', 'c.jsonl']);
    expect(code).toBe(2);
    expect(err).toContain('g.yaml and copy.yaml are both called kept');
  });

  it('that is not there, or is none, ends the command with 2', async () => {
    expect(await run('--mode', 'replay')).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error cannot read c.jsonl: there is no such file (cli/no-such-file)
      help  Record it first: --mode record.
      ",
        "out": "",
      }
    `);
    folder.write('c.jsonl', 'not json\n{"v":1}\n');
    expect(await run()).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error c.jsonl is not a cassette: 1 line cannot be read (cassette/invalid)

        c.jsonl:1 cassette/not-json
          not JSON: Unexpected token 'o', "not json" is not valid JSON

      help  A cassette has a header line for each run and one line an event; \`rehearse run --cassette\` writes one.
      ",
        "out": "",
      }
    `);
    expect(folder.read('c.jsonl')).toBe('not json\n{"v":1}\n');
  });

  it('is no pipe, which can be read from its beginning only', async () => {
    await run();
    execFileSync('mkfifo', [path.join(folder.path, 'pipe')]);
    spawn('sh', ['-c', 'cat c.jsonl > pipe'], { cwd: folder.path });
    const { code, err } = await rehearse(['run', 'g.yaml', '--cassette', 'pipe', '--mode', 'replay']);
    expect([code, err]).toEqual([
      2,
      'error cannot read pipe: it is a pipe, and any place of it has to be read: give a file (cli/cannot-read)\n',
    ]);
  });
});
