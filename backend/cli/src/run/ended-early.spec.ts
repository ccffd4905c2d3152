import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeEach(() => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
});
afterEach(() => folder.remove());

const FAILS = `a: {type: transform, value: "1", assert: [{type: equals, value: 2}]}`;

async function reports(text: string) {
  folder.write('g.yaml', graphText(text));
  const { code, out } = await rehearse(['run', 'g.yaml', '--reporter', 'spec', '--reporter', 'json=j']);
  const lines = folder.read('j').trim().split('\n');
  const run = JSON.parse(lines.find((line) => line.includes('"event":"run"'))!) as { ended?: unknown };
  return { code, told: /ended early by .*/.exec(out)?.[0], ended: run.ended };
}

it('a failed run that an error ended in its middle says which', async () => {
  const nodes = `nodes: {${FAILS}, b: {type: transform, value: inputs.gone, needs: [a]}}`;
  const message = "value: inputs.gone: no such field 'gone'";
  expect(await reports(nodes)).toEqual({
    code: 100,
    told: `ended early by expression/missing-field at b: ${message}`,
    ended: { code: 'expression/missing-field', message, node: 'b' },
  });
});

it('the reports for machines, and the page, say so too', async () => {
  folder.write(
    'g.yaml',
    graphText(`nodes: {${FAILS}, b: {type: transform, value: inputs.gone, needs: [a]}}`),
  );
  const files = ['junit=j.xml', 'sarif=s.json', 'github=g.txt', 'html=h.html'];
  await rehearse(['run', 'g.yaml', ...files.flatMap((file) => ['--reporter', file])]);
  const early = 'ended early by expression/missing-field at b: value: inputs.gone: no such field';
  expect(folder.read('j.xml').replaceAll('&apos;', "'")).toContain('ended early by expression/missing-field');
  expect(folder.read('g.txt')).toContain(`::warning file=g.yaml,line=1,title=test%3A failed::${early}`);
  expect(folder.read('h.html')).toContain(early);
  const { runs } = JSON.parse(folder.read('s.json')) as {
    runs: { invocations: { executionSuccessful: boolean; toolExecutionNotifications: unknown[] }[] }[];
  };
  expect(runs[0]!.invocations[0]).toMatchObject({
    executionSuccessful: true,
    toolExecutionNotifications: [
      {
        level: 'warning',
        descriptor: { id: 'expression/missing-field' },
        message: { text: expect.stringContaining(early) },
      },
    ],
  });
});

it('a failed run that a budget ended in its middle says which', async () => {
  const ask = 'b: {type: llm, prompt: x, needs: [a]}, c: {type: llm, prompt: x, needs: [b]}';
  const { told } = await reports(`providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}}]}
nodes: {${FAILS}, ${ask}}
budget: {maxTurns: 1}`);
  expect(told).toBe(
    'ended early by run/budget at c: the budget ended the run: maxTurns is 1, and it came to 2 turns',
  );
});

it('a failed run does not say twice what a broken contract says', async () => {
  const loop = `l: {type: loop, until: "false", maxIterations: 2, nodes: {${FAILS}}}`;
  expect(await reports(`nodes: {${loop}}`)).toEqual({ code: 100, told: undefined, ended: undefined });
});
