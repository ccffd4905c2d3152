import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { capturedIo, commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';
import { decisionIn } from './people.js';

const refund = graphText(
  `nodes:
  ask:
    type: human
    prompt: Refund {{ inputs.sum }}?
    form: {type: object, required: [sum], properties: {sum: {type: number}}}
  each:
    type: forEach
    over: '["a", "b"]'
    as: item
    nodes: {sign: {type: human, prompt: "Sign {{ item }}"}}
  done: {type: transform, value: 'nodes.ask.output.decision + " " + nodes.ask.output.by + " " + nodes.ask.output.reason'}
inputs: {type: object, required: [sum], properties: {sum: {type: number}}}
output: nodes.done.output
assert: [{type: starts-with, value: reject}]
cases: [{id: one, vars: {sum: 3}}]
`,
  'refund',
);

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeEach(() => {
  folder = temporaryFolder();
  folder.write('refund.yaml', refund);
  rehearse = commandLine(main, { cwd: folder.path });
});
afterEach(() => folder.remove());

const run = (...argv: string[]) => rehearse(['run', 'refund.yaml', ...argv]);

describe('human nodes in rehearse run', () => {
  it('are decided for all items at once by their place in the file', async () => {
    const decisions = ['each/sign=reject:no', 'each/item[2]/sign=approve', 'ask=reject'];
    const argv = decisions.flatMap((decision) => ['--approve', decision]);
    const { code } = await run(...argv, '--cassette', 'c.jsonl');
    expect(code).toBe(0);
    const decided = folder
      .read('c.jsonl')
      .split('\n')
      .filter((line) => line.includes('"human.decided"') && line.includes('/sign"'));
    expect(decided.map((line) => /"decision":"(\w+)"/.exec(line)![1])).toEqual(['reject', 'approve']);
  });

  it('are named when an --approve leads to none of them', async () => {
    for (const [key, near] of [
      ['every/sign', 'There are: ask, each/sign.'],
      ['each/sing', 'Did you mean `each/sign`?'],
    ])
      expect((await run('--approve', `${key}=approve`)).err).toContain(
        `no graph has a human node \`${key}\` that --approve could decide for (run/unknown-human)\nhelp  ${near}`,
      );
  });

  it('are decided by --approve, by the id of the node or by its key, and replay', async () => {
    const decisions = [
      '--approve',
      'ask=reject:too much',
      '--approve',
      'sign=approve',
      '--approve',
      'each/item[2]/sign=reject',
    ];
    const { code } = await run(...decisions, '--cassette', 'c.jsonl');
    expect(code).toBe(0);
    const decided = folder
      .read('c.jsonl')
      .split('\n')
      .filter((line) => line.includes('human.decided'))
      .map((line) => JSON.parse(line) as { key: string; data: object })
      .map(({ key, data }) => [key, data]);
    expect(Object.fromEntries(decided)).toEqual({
      ask: { decision: 'reject', by: 'command line', reason: 'too much' },
      'each/item[1]/sign': { decision: 'approve', by: 'command line', reason: '' },
      'each/item[2]/sign': { decision: 'reject', by: 'command line', reason: '' },
    });
    expect((await run('--cassette', 'c.jsonl', '--mode', 'replay')).code).toBe(0);
  });

  it('are not decided twice', async () => {
    const { code, err } = await run('--approve', 'ask=approve', '--approve', 'ask=reject');
    expect(code).toBe(2);
    expect(err).toContain('--approve decides twice for `ask`, and only one can hold (cli/approved-twice)');
  });

  it('are decided again by the command that is suggested', async () => {
    const decisions = ['--approve', "ask=reject:it's much", '--approve', 'sign=approve', '--seed', '7'];
    const { out } = await run(...decisions);
    expect(out).toContain(
      String.raw`rehearse run refund.yaml --approve 'ask=reject:it'\''s much' --approve sign=approve --seed 7 --cassette runs.jsonl`,
    );
  });

  it('take a modified value, which has to fit the form', async () => {
    const value = (text: string) => run('--approve', `ask=modify:${text}`, '--approve', 'sign=approve');
    expect((await value('{"sum": 2}')).out).toContain('got "modify command line');
    expect((await value('{"total": 2}')).out).toContain('human/does-not-fit at ask');
  });

  it('leave a run that nobody decides for errored, say how to decide, and record nothing of it', async () => {
    const { code, out } = await run('--approve', 'sign=approve', '--cassette', 'c.jsonl');
    expect(code).toBe(101);
    expect(out).toContain(
      'error run/waiting at ask: it waits for a person at ask; decide with --approve ask=approve, or run it on a terminal',
    );
    expect(folder.list()).not.toContain('c.jsonl');
  });

  it('ask the person at the terminal, one question after the other, until the answer is one', async () => {
    const io = capturedIo({ cwd: folder.path, isTTY: true, env: { NO_COLOR: '1' } });
    const stdin = Object.assign(Readable.from(['perhaps\nmodify {sum\nre too much\n', 'a\nmo {"ok": 1}\n']), {
      isTTY: true,
    });
    const code = await main(['run', 'refund.yaml', '--cassette', 'c.jsonl'], { ...io, stdin });
    expect(code).toBe(0);
    expect(io.stderr.text).toMatchInlineSnapshot(`
      "
      one: ask waits for a decision
        Refund 3?
        form {"type":"object","required":["sum"],"properties":{"sum":{"type":"number"}}}
      approve [reason], reject [reason] or modify <JSON> > That is none of the three.
      approve [reason], reject [reason] or modify <JSON> > After modify stands the value as JSON.
      approve [reason], reject [reason] or modify <JSON> > 
      one: each/item[1]/sign waits for a decision
        Sign a
      approve [reason], reject [reason] or modify <JSON> > 
      one: each/item[2]/sign waits for a decision
        Sign b
      approve [reason], reject [reason] or modify <JSON> > "
    `);
    expect(folder.read('c.jsonl').match(/"by":"terminal"/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it('wait in vain when the terminal is closed', async () => {
    const io = capturedIo({ cwd: folder.path, isTTY: true });
    const stdin = Object.assign(Readable.from([]), { isTTY: true });
    expect(await main(['run', 'refund.yaml'], { ...io, stdin })).toBe(101);
  });

  it('take a decision in words', () => {
    expect(['approve', ' R  too risky ', 'modify [1]', 'x', '', 'm 1 2'].map(decisionIn))
      .toMatchInlineSnapshot(`
      [
        {
          "by": "terminal",
          "decision": "approve",
          "reason": "",
        },
        {
          "by": "terminal",
          "decision": "reject",
          "reason": "too risky",
        },
        {
          "by": "terminal",
          "decision": "modify",
          "reason": "",
          "value": [
            1,
          ],
        },
        {
          "problem": "That is none of the three.",
        },
        {
          "problem": "That is none of the three.",
        },
        {
          "problem": "After modify stands the value as JSON.",
        },
      ]
    `);
  });
});
