import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const graph = (wrong: string, name = 'picky') =>
  graphText(
    `nodes: {a: {type: transform, value: inputs.say}}
assert: [{type: not-equals, value: wrong}]
inputs: {type: object, properties: {say: {type: string}}}
cases:
${['a', 'b', 'c', 'd', 'e'].map((id) => `  - {id: ${id}, vars: {say: ${wrong.includes(id) ? 'wrong' : 'right'}}, repeat: {runs: 2}}`).join('\n')}
`,
    name,
  );

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeEach(() => {
  folder = temporaryFolder();
  folder.write('g.yaml', graph('bd'));
  rehearse = commandLine(main, { cwd: folder.path });
});
afterEach(() => folder.remove());

/** Case and repeat of each run that was told. */
const ran = (out: string): string =>
  [...out.matchAll(/"case":"(\w)","repeat":(\d)/g)].map(([, id, repeat]) => `${id}${repeat}`).join(' ');
const json = (...argv: string[]) => rehearse(['run', 'g.yaml', ...argv, '--reporter', 'json']);

describe('stopping early', () => {
  it('tells the same runs whatever the concurrency, and ends as the failure says', async () => {
    for (const concurrency of ['1', '3', '50']) {
      const { code, out } = await json('--fail-fast', '--concurrency', concurrency);
      expect({ code, ran: ran(out) }).toEqual({ code: 100, ran: 'a0 a1 b0 b1' });
    }
  });

  it('stops when as many cases did not pass as were allowed', async () => {
    expect(ran((await json('--max-failures', '2')).out)).toBe('a0 a1 b0 b1 c0 c1 d0 d1');
    expect(ran((await json('--max-failures', '3')).out)).toBe('a0 a1 b0 b1 c0 c1 d0 d1 e0 e1');
  });

  it('says what was left out', async () => {
    const { out } = await rehearse(['run', 'g.yaml', '--fail-fast']);
    expect(out).toContain('Stopped  6 of 10 runs left out, after as many failures as were allowed');
  });
});

describe('--last-failed', () => {
  it('runs the cases that did not pass the last time, also after the graph has changed', async () => {
    await json();
    folder.write('g.yaml', graph('d'));
    const second = await json('--last-failed');
    expect(second.err).toBe('--last-failed 2 cases of 5 did not pass the last time\n');
    expect(ran(second.out)).toBe('b0 b1 d0 d1');
    const third = await json('--last-failed');
    expect({ code: third.code, ran: ran(third.out) }).toEqual({ code: 100, ran: 'd0 d1' });
  });

  it('names the cases that are not there any more, as after a rename, and forgets them', async () => {
    await json();
    folder.write('g.yaml', graph('bd').replace('{id: d,', '{id: renamed,'));
    const { err } = await json('--last-failed', '--case', 'b');
    expect(err).toBe('--last-failed 1 case of 1 did not pass the last time; not there any more: d\n');
    expect((await json('--last-failed')).err).toBe('--last-failed 1 case of 5 did not pass the last time\n');
  });

  it('runs all when nothing is known that did not pass', async () => {
    const { err, out } = await json('--last-failed', '--case', 'a', 'c');
    expect(err).toBe('--last-failed no case is known that did not pass the last time, so all 2 run\n');
    expect(ran(out)).toBe('a0 a1 c0 c1');
  });

  it('remembers what did not run this time, and tells graphs apart', async () => {
    folder.write('h.yaml', graph('a', 'other'));
    await rehearse(['run', 'g.yaml', 'h.yaml', '--reporter', 'json']);
    await json('--case', 'a');
    const { out } = await rehearse(['run', 'g.yaml', 'h.yaml', '--last-failed', '--reporter', 'json']);
    expect(ran(out)).toBe('b0 b1 d0 d1 a0 a1');
  });

  it('keeps the record in REHEARSE_HOME, and none as long as all passes', async () => {
    await json('--case', 'a');
    expect(folder.list()).toEqual(['g.yaml']);
    await rehearse(['run', 'g.yaml'], { env: { REHEARSE_HOME: 'home' } });
    expect(folder.list()).toEqual(['g.yaml', 'home/last-run.json']);
    folder.write('home/last-run.json', 'not JSON');
    const { code } = await rehearse(['run', 'g.yaml', '--last-failed'], { env: { REHEARSE_HOME: 'home' } });
    expect(code).toBe(100);
  });
});
