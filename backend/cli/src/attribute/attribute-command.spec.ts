import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_RERUNS, type Attribution, type FlakeSource } from '@rehearse/contracts';
import {
  commandLine,
  fakeOpenai,
  graphText,
  temporaryFolder,
  type FakeServer,
  type TemporaryFolder,
} from '@rehearse/testkit';
import { main } from '../main.js';
import { MOST_REPEATS } from './attribute-options.js';

/** What of the world flips a coin, and which side it shows next: each coin its own, so that all is the same each time. */
interface World {
  judge?: boolean;
  model?: boolean;
  tools?: boolean;
}

let folder: TemporaryFolder;
let provider: FakeServer;
let world: World;
let flips: number;
beforeEach(async () => {
  folder = temporaryFolder();
  world = {};
  flips = 0;
  provider = await fakeOpenai(({ path, text }) => {
    if (path === '/order')
      return {
        raw: JSON.stringify({ status: coin('tools') ? 'delivered' : 'lost' }),
        contentType: 'application/json',
      };
    if (text.includes('Grade')) return { text: JSON.stringify(grade()) };
    if (text.includes('delivered')) return { text: 'It was delivered.' };
    if (text.includes('lost')) return { text: 'It is lost.' };
    if (text.includes('Look')) return { toolCalls: [{ name: 'order', arguments: { id: 7 } }] };
    return { text: coin('model') ? 'It was delivered.' : 'I do not know.' };
  });
});
afterEach(async () => {
  await provider.close();
  folder.remove();
});

/** Whether the coin of a source shows heads; one that does not flip always does. */
function coin(source: keyof World): boolean {
  if (!world[source]) return true;
  flips = (Math.imul(flips, 1_664_525) + 1_013_904_223) >>> 0;
  return flips / 2 ** 32 < 0.5;
}

const grade = () =>
  coin('judge') ? { pass: true, score: 1, reason: 'yes' } : { pass: false, score: 0, reason: 'no' };

const CASES = `cases: [{id: a}, {id: b}, {id: c}]`;
const ROUTES = `providers: {main: {targets: [{provider: openai, model: gpt-5-mini}]}}`;
const JUDGED = `${ROUTES}
nodes: {answer: {type: llm, prompt: "Where is my order?"}}
assert: [{type: llm-rubric, value: Grade how polite it is., provider: main}]
${CASES}`;
const PLAIN = `${ROUTES}
nodes: {answer: {type: llm, prompt: "Where is my order?"}}
assert: [{type: contains, value: delivered}]
${CASES}`;
const looking = () => `${ROUTES}
tools: {order: {http: {url: "${provider.url}/order"}}}
nodes: {answer: {type: agent, prompt: "Look up my order.", tools: [order]}}
assert: [{type: contains, value: delivered}]
${CASES}`;

/** The coins fall in the order of the calls. */
const ONE_BY_ONE = ['--concurrency', '1'];

const command = () =>
  commandLine(main, {
    cwd: folder.path,
    env: {
      OPENAI_API_KEY: 'sk-x',
      OPENAI_BASE_URL: `${provider.url}/v1`,
      REHEARSE_EGRESS_ALLOW_LOOPBACK: 'true',
    },
  });

async function record(sections: string): Promise<void> {
  folder.write('g.yaml', graphText(sections, 'orders'));
  const { code, err } = await command()([
    'run',
    'g.yaml',
    '--cassette',
    'runs.jsonl',
    '--mode',
    'record',
    '--repeat',
    '3',
    ...ONE_BY_ONE,
  ]);
  if (![0, 100].includes(code)) throw new Error(err);
}

type Told = Attribution & { spentUsd: number | null; estimateUsd: number | null; isCutShort: boolean };

async function attribute(...more: string[]) {
  const { code, out, err } = await command()([
    'attribute',
    'runs.jsonl',
    '--reporter',
    'json',
    ...ONE_BY_ONE,
    ...more,
  ]);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string });
  return { code, err, told: lines.find(({ event }) => event === 'attribution') as unknown as Told };
}

const shareOf = ({ parts }: Attribution, source: FlakeSource) =>
  parts.find((part) => part.source === source)!;

describe('rehearse attribute', () => {
  it('gives a judge that flips at random nearly the whole share', async () => {
    world = { judge: true };
    await record(JUDGED);
    const { code, told } = await attribute();
    expect([code, told.flakes, told.flakyCases]).toEqual([0, true, 3]);
    expect(shareOf(told, 'judge').share!.estimate).toBeGreaterThan(0.9);
    expect(shareOf(told, 'model')).toMatchObject({
      isPresent: true,
      share: { estimate: 0 },
      moved: { estimate: 0 },
    });
    expect(shareOf(told, 'tools')).toMatchObject({ isPresent: false, share: null });
  });

  it('gives a model that flips at random nearly the whole share', async () => {
    world = { model: true };
    await record(PLAIN);
    const { told } = await attribute();
    expect(told.flakes).toBe(true);
    expect(shareOf(told, 'model').share!.estimate).toBeGreaterThan(0.9);
    expect(shareOf(told, 'judge')).toMatchObject({ isPresent: false, share: null, reruns: 0 });
    expect(shareOf(told, 'environment').share).toMatchObject({ estimate: 0 });
  });

  it('gives a tool that flips at random the share that is its own', async () => {
    world = { tools: true };
    await record(looking());
    const { told } = await attribute();
    expect(shareOf(told, 'tools').share!.estimate).toBeGreaterThan(0.9);
    expect(shareOf(told, 'model').share!.estimate).toBeLessThan(0.1);
    expect(shareOf(told, 'tools').moved.estimate).toBeGreaterThan(0);
  });

  it('divides the variance between a model and a judge that both flip', async () => {
    world = { model: true, judge: true };
    await record(JUDGED.replace('assert: [', 'assert: [{type: contains, value: delivered}, '));
    const { told } = await attribute('--repeats', '20');
    // Half of the answers pass whatever the judge says: 1/8 within what was held of a variance of 3/16.
    expect(shareOf(told, 'judge').share!.estimate).toBeGreaterThan(0.35);
    expect(shareOf(told, 'model').share!.estimate).toBeGreaterThan(0.1);
    const sum = told.parts.reduce((all, { share }) => all + (share?.estimate ?? 0), 0);
    expect(sum).toBeCloseTo(1, 9);
  });

  it('says of a deterministic experiment that nothing flakes, and invents no share', async () => {
    await record(looking());
    const { code, told } = await attribute();
    expect([code, told.flakes]).toEqual([0, false]);
    expect(told.variance).toEqual({ estimate: 0, low: 0, high: 0 });
    expect(told.parts.map(({ share }) => share)).toEqual([null, null, null, null]);
  });

  it('finds the draws of mocks, which are the model\u2019s', async () => {
    await record(`providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {oneOf: [{content: delivered}, {content: lost}]}}]}
nodes: {answer: {type: llm, prompt: Where}}
assert: [{type: contains, value: delivered}]
${CASES}`);
    expect(shareOf((await attribute()).told, 'model').share!.estimate).toBeGreaterThan(0.9);
  });

  it('tells what it costs before and after, and begins nothing that may cost more than is allowed', async () => {
    world = { model: true };
    await record(PLAIN);
    const free = await attribute('--repeats', '2');
    expect(free.told.spentUsd).toBeGreaterThan(0);
    expect(free.told.spentUsd!).toBeCloseTo(free.told.estimateUsd!, 6);
    // A little more than half, as sums of amounts differ in their last digits.
    const most = free.told.estimateUsd! / 2 + 1e-9;
    const asked = provider.requests.length;
    const bounded = await attribute('--repeats', '2', '--max-cost-usd', most.toFixed(9));
    expect(bounded.told).toMatchObject({ isCutShort: true });
    expect(bounded.told.spentUsd!).toBeLessThanOrEqual(most);
    expect(provider.requests.length - asked).toBe(9);
    expect(bounded.err).toContain('18 reruns, $');
  });

  it('shows a table, and the cases that flake', async () => {
    world = { judge: true };
    await record(JUDGED);
    const { code, out } = await command()(['attribute', 'runs.jsonl', '--repeats', '3', ...ONE_BY_ONE]);
    expect(code).toBe(0);
    expect(out.replaceAll(/\d+(\.\d+)?/g, 'N')).toMatchInlineSnapshot(`
      "N of N cases flake  the variance of the verdict is N (N % CI N–N), N scored runs
                        share  N % CI           came out differently
        judge         N %  N %–N %   in N of N reruns
        model           N %  N %–N %       in N of N reruns
        tools               –                    not asked
        environment     N %  N %–N %       in N of N comparisons of N runs
        ~ b  N of N passed, mostly by the judge
        ~ a  N of N passed, mostly by the judge
        ~ c  N of N passed, mostly by the judge
      $N spent
      "
    `);
  });

  it.each([
    ['no cassette', ['attribute', 'none.jsonl'], 2, 'none.jsonl'],
    ['no amount', ['attribute', 'runs.jsonl', '--max-cost-usd', '-1'], 2, 'It is an amount above 0'],
    ['one repeat', ['attribute', 'runs.jsonl', '--repeats', '1'], 2, 'It is a whole number from 2 to 100.'],
    [
      'no server',
      ['attribute', '019c2a5e-7a40-7d1c-9d4e-2f6f3b1f6a10', '--url', 'http://127.0.0.1:9'],
      3,
      'does not answer',
    ],
    [
      'no flag of a cassette',
      ['attribute', '019c2a5e-7a40-7d1c-9d4e-2f6f3b1f6a10', '--offline'],
      2,
      '--offline means nothing for an experiment of the server',
    ],
    [
      'no flag of an experiment',
      ['attribute', 'runs.jsonl', '--url', 'http://127.0.0.1:9'],
      2,
      '--url means nothing for a cassette',
    ],
  ])('says of %s what is wrong', async (_, argv, exitCode, message) => {
    const { code, err } = await command()(argv);
    expect(code).toBe(exitCode);
    expect(err).toContain(message);
  });

  it('takes as many repeats as a server', () => expect(MOST_REPEATS).toBe(MAX_RERUNS));

  it('does nothing with a recording that cannot be executed', async () => {
    world = { model: true };
    await record(PLAIN);
    folder.write('broken.jsonl', folder.read('runs.jsonl').replace('"repeat":1', '"repeat":8'));
    const { code, err } = await command()(['attribute', 'broken.jsonl']);
    expect(code).toBe(2);
    expect(err).toMatch(/cassette\/(broken|invalid)/);
  });

  it('makes no rerun when any run is not what was recorded, also one that is no tape', async () => {
    await record(PLAIN);
    const recorded = folder.read('runs.jsonl');
    const at = recorded.lastIndexOf('"verdict":"passed"');
    folder.write('forged.jsonl', `${recorded.slice(0, at)}"verdict":"failed"${recorded.slice(at + 18)}`);
    const asked = provider.requests.length;
    const { code, err } = await command()(['attribute', 'forged.jsonl', '--tapes', '1']);
    expect([code, provider.requests.length]).toEqual([2, asked]);
    expect(err).toMatch(
      /forged\.jsonl: the run [0-9a-f-]{36} is not what was recorded: event \d+ .*cassette\/broken/,
    );
  });

  it('counts another copy of a recording once, says so, and refuses two that differ', async () => {
    world = { model: true };
    await record(PLAIN);
    const recorded = folder.read('runs.jsonl');
    const once = await attribute('--repeats', '2');
    folder.write('runs.jsonl', recorded + recorded);
    flips = 0;
    const twice = await attribute('--repeats', '2');
    expect(twice.told.scored).toBe(once.told.scored);
    expect(twice.err).toContain('9 recordings of runs that runs.jsonl has already, not counted again');
    await record(PLAIN);
    folder.write('runs.jsonl', recorded + folder.read('runs.jsonl'));
    const { code, err } = await command()(['attribute', 'runs.jsonl']);
    expect([code, err]).toEqual([2, expect.stringContaining('(cassette/conflict)')]);
  });

  it('refuses a graph that no run would be done again with', async () => {
    await record(PLAIN);
    folder.write('other.yaml', graphText(PLAIN.replace('Where', 'And where'), 'orders'));
    const { code, err } = await command()(['attribute', 'runs.jsonl', '--graph', 'other.yaml']);
    expect([code, err]).toEqual([2, expect.stringContaining('each of its runs carries its own graph')]);
    expect((await attribute('--graph', 'g.yaml')).code).toBe(0);
  });
});
