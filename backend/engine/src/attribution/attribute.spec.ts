import { describe, expect, it } from '@jest/globals';
import { FLAKE_SOURCES, type Attribution, type FlakeSource, type JournalEvent } from '@rehearse/contracts';
import { graphOf, runGraph, scriptedPorts, virtualClock } from '@rehearse/testkit';
import fc from 'fast-check';
import type { Loose } from '../replay/index.js';
import { attribute, observe, planReruns, rerunKinds, type Observed, type ObservedCase } from './index.js';

/** What a run did, by hand: the answer of its model, of its tool, what the judge said, and what was around it. */
interface Did {
  model?: string;
  tool?: string;
  judge?: string;
  around?: string;
  score: number | null;
}

const run = ({ model = 'm', tool = 't', judge = 'j', around = 'a', score }: Did): Observed => ({
  ...{ score, acts: `${model} ${tool} ${around}`, judged: judge, around },
  models: new Map([['ask 1', model]]),
  tools: new Map([['look 1', tool]]),
  ...{ asksJudge: true, called: new Set(['look']) },
});

const caseOf = (runs: readonly Did[], reruns: Partial<Record<Loose, readonly Did[]>> = {}): ObservedCase => {
  const observed = runs.map(run);
  const done = (['judge', 'model', 'tools'] as const).flatMap((loose) =>
    (reruns[loose] ?? []).map((did) => ({ loose, observed: run(did) })),
  );
  return { caseId: 'c', runs: observed, tapes: [{ run: observed[0]!, reruns: done }] };
};

const partOf = ({ parts }: Attribution, source: FlakeSource) => parts.find((part) => part.source === source)!;
const shares = (found: Attribution) =>
  found.parts.map(({ share }) => share && Number(share.estimate.toFixed(3)));
const same = (did: Did, times: number) => Array.from({ length: times }, () => did);
const [pass, fail] = [{ score: 1 }, { score: 0 }];

describe('the attribution of a flake', () => {
  it('to what is around the runs: nothing else came out differently, and the verdict did', () => {
    const others = [pass, { ...fail, around: 'rejected' }, pass, { ...fail, around: 'rejected' }];
    const still = { judge: same(pass, 4), model: same(pass, 4), tools: same(pass, 4) };
    const found = attribute([caseOf(others, still)], { seed: 1 });
    expect(shares(found)).toEqual([0, 0, 0, 1]);
    expect(partOf(found, 'environment')).toMatchObject({ isPresent: true, reruns: 4, moved: { n: 3 } });
    expect(found.byCase).toMatchObject([{ carrier: 'environment', passed: 14, scored: 16 }]);
  });

  it('to the environment where a verdict differs that no answer explains', () => {
    const found = attribute([caseOf([pass, fail, pass], { model: same(pass, 3) })], { seed: 1 });
    expect(partOf(found, 'environment').share!.estimate).toBeGreaterThan(0.9);
  });

  it('knows nothing of an environment where a case has one run, and says so', () => {
    const found = attribute([caseOf([pass], { judge: [pass, { ...fail, judge: 'n' }] })], { seed: 1 });
    expect(partOf(found, 'environment')).toMatchObject({ isPresent: false, share: null, variance: null });
    expect(partOf(found, 'judge').share!.estimate).toBe(1);
    expect(partOf(found, 'model')).toMatchObject({ isPresent: false, share: null });
  });

  it('divides by levels: what the judge alone makes vary, and what the model adds', () => {
    const [good, bad] = [
      { ...pass, model: 'good' },
      { ...fail, model: 'bad' },
    ];
    const wavering = [good, { ...good, score: 0, judge: 'n' }, good, good];
    const found = attribute([caseOf([good], { judge: wavering, model: [good, bad, bad, good, bad] })], {
      seed: 1,
    });
    const [judge, model] = [partOf(found, 'judge'), partOf(found, 'model')];
    // Of five scores one, and of six three: 1/5 and 3/10.
    expect(judge.variance!.estimate).toBeCloseTo(0.2, 9);
    expect(judge.variance!.estimate + model.variance!.estimate).toBeCloseTo(0.3, 9);
    expect(judge.share!.estimate).toBeCloseTo(2 / 3, 9);
  });

  it('lets words that change and never tip a verdict carry nothing', () => {
    const chatty = ['x', 'y', 'z'].map((model) => ({ ...pass, model }));
    const judge = [pass, { ...fail, judge: 'n' }, pass, { ...fail, judge: 'n' }];
    const found = attribute([caseOf([pass, ...chatty], { judge, model: chatty })], { seed: 1 });
    expect(partOf(found, 'model').moved).toMatchObject({ n: 3, estimate: 1 });
    expect(partOf(found, 'judge').share!.estimate).toBeGreaterThan(0.9);
  });

  it('counts what was not scored, and tells nothing of it', () => {
    const found = attribute([caseOf([{ score: null }, pass], { model: [{ score: null }] })], { seed: 1 });
    expect(found).toMatchObject({ flakes: null, scored: 1, unscored: 2, variance: null });
    expect(shares(found)).toEqual([null, null, null, null]);
    expect(attribute([], { seed: 1 })).toMatchObject({ flakes: null, cases: 0 });
  });

  it('never invents a share, whatever the runs did: shares are of 1, or there are none', () => {
    const word = fc.constantFrom('x', 'y');
    const did = fc.record({
      model: word,
      tool: word,
      judge: word,
      around: word,
      score: fc.constantFrom(0, 1, null),
    });
    const some = fc.array(did, { maxLength: 4 });
    const cases = fc.array(
      fc
        .tuple(
          fc.array(did, { minLength: 1, maxLength: 4 }),
          fc.record({ judge: some, model: some, tools: some }),
        )
        .map(([runs, reruns]) => caseOf(runs, reruns)),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(cases, (all) => {
        const found = attribute(all, { seed: 3, draws: 200 });
        const told = found.parts.flatMap(({ share }) => share ?? []);
        const sum = told.reduce((total, { estimate }) => total + estimate, 0);
        if (told.length > 0) expect(sum).toBeCloseTo(1, 9);
        for (const { low, high } of told) expect(low >= 0 && high <= 1 + 1e-9 && low <= high).toBe(true);
        if (found.flakes === false) expect(told).toEqual([]);
        expect(found.parts.map(({ source }) => source)).toEqual([...FLAKE_SOURCES]);
      }),
      { numRuns: 60 },
    );
  });
});

const SHOP = graphOf(`
providers: {main: {targets: [{provider: openai, model: m}]}}
tools:
  look: {mock: [{return: {status: delivered}}]}
  refund: {sideEffect: true, http: {url: "https://shop.example"}}
nodes:
  first: {type: llm, prompt: First}
  handle: {type: agent, prompt: Help, tools: [look, refund]}
assert: [{type: contains, value: Done}, {type: llm-rubric, value: Polite, provider: main}]
`);

async function shopRun({ tool = 'look', said = 'Done.', id = 'a', costUsd = 0.01 as number | null } = {}) {
  const price = costUsd !== null && { costUsd };
  const ports = scriptedPorts({
    clock: virtualClock(),
    model: (_, { key }) => {
      if (key.startsWith('assert'))
        return { content: '{"pass": true, "score": 1, "reason": "r"}', costUsd: 0.5 };
      if (key === 'handle/turn[1]') return { toolCalls: [{ id, name: tool, arguments: {} }], ...price };
      return { content: said, ...price };
    },
    tool: () => ({ ok: true, result: 1 }),
  });
  return (await runGraph(SHOP, { ports })).events;
}

describe('what a run did', () => {
  const acts = async (more: Parameters<typeof shopRun>[0]) => observe(await shopRun(more)).acts;

  it('is the same whatever the ids of calls, what they cost, and the order of lanes', async () => {
    expect(await acts({ id: 'b', costUsd: 2 })).toBe(await acts({}));
    const events = await shopRun();
    const turned = events.toSorted((a, b) => (a.lane < b.lane ? 1 : -1) || a.seq - b.seq) as JournalEvent[];
    expect(observe([...turned.filter(({ type }) => type !== 'run.finished'), events.at(-1)!]).acts).toBe(
      observe(events).acts,
    );
  });

  it('differs where an answer does', async () => {
    expect(await acts({ said: 'Done!' })).not.toBe(await acts({}));
  });

  it('says what could be let loose, and what that costs', async () => {
    const kinds = async (more: Parameters<typeof shopRun>[0]) =>
      rerunKinds({ runId: 'r', graph: SHOP, events: await shopRun(more) });
    expect(await kinds({})).toEqual([
      { loose: 'judge', costUsd: 0.5 },
      { loose: 'model', costUsd: 0.53 },
      { loose: 'tools', costUsd: 0.53 },
    ]);
    // A tool with a side effect is never let loose; a price that is not known makes no estimate.
    const some = await kinds({ tool: 'refund', costUsd: null });
    expect(some).toEqual([
      { loose: 'judge', costUsd: 0.5 },
      { loose: 'model', costUsd: null },
    ]);
  });

  it('is done again in rounds, each rerun with a seed of its own', () => {
    const kinds = [
      { loose: 'judge', costUsd: 1 },
      { loose: 'model', costUsd: 2 },
    ] as const;
    const planned = planReruns(
      [
        { runId: 'a', kinds },
        { runId: 'b', kinds },
      ],
      { repeats: 2, seed: 1 },
    );
    const round = ['a judge', 'a model', 'b judge', 'b model'];
    expect(planned.map(({ runId, loose }) => `${runId} ${loose}`)).toEqual([...round, ...round]);
    expect(new Set(planned.map(({ seed }) => seed)).size).toBe(8);
  });
});
