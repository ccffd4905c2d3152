import { describe, expect, it } from '@jest/globals';
import { busyClock, graphOf, replayed, ROUTE, runGraph, virtualClock, type Ran } from '@rehearse/testkit';
import type { CompiledGraph } from '../graph/model.js';
import { livePorts } from '../mock/live-ports.js';
import { draw } from '../mock/random.js';
import type { Ports } from '../ports.js';

/** 10 tokens of prompt, 10 of answer. */
const TEXT = '0123456789012345678901234567890123456789';

interface Calls {
  /** The longest answer that each call may have, by the order in which they went out. */
  caps: number[];
  /** The most at once. */
  most: number;
}

interface Circumstances {
  /** What calls cost; and what is said of it, default the same. */
  price?: { input: number; output: number };
  listed?: { input: number; output: number };
  pace?: number;
  recorded?: Ran['events'];
}

/** Runs on mocks that answer as long as they may, and cost what they say. */
async function run(graph: CompiledGraph, circumstances: Circumstances = {}) {
  const { price, listed = price, pace = 1, recorded = [] } = circumstances;
  const clock = virtualClock();
  const ports = livePorts({ graph, seed: 1, clock });
  const calls: Calls = { caps: [], most: 0 };
  let open = 0;
  const model: Ports['model'] = {
    ...ports.model,
    ...(listed && { price: () => listed }),
    async call(request, place) {
      const cap = request.params.maxOutputTokens ?? Infinity;
      calls.caps.push(cap);
      calls.most = Math.max(calls.most, ++open);
      await clock.sleep(1 + draw(pace, place.key) * 50, place.signal);
      open -= 1;
      const usage = { inputTokens: 10, outputTokens: Math.min(cap, 10) };
      const costUsd = price && (usage.inputTokens * price.input + usage.outputTokens * price.output) / 1e6;
      const answered = { content: TEXT.slice(0, usage.outputTokens * 4), toolCalls: [], usage };
      return { ...answered, ok: true, finishReason: 'stop', ...(costUsd !== undefined && { costUsd }) };
    },
  };
  const ran = await runGraph(graph, { ports: { ...ports, model }, recorded });
  const used = ran.view.usage.totalTokens;
  return { ...ran, calls, used };
}

const fanOut = (budget: string, params = ''): CompiledGraph =>
  graphOf(`${ROUTE}
mocks: {main: [{reply: {content: x}}]}
nodes:
  each:
    type: forEach
    over: '[1, 2, 3, 4, 5, 6]'
    nodes: {ask: {type: llm, prompt: "${TEXT}"${params}}}
budget: {${budget}}
`);

const DECLARED = ', params: {maxOutputTokens: 10}';

describe('a budget of tokens', () => {
  it('is kept by calls that run side by side, whatever takes how long', async () => {
    for (let pace = 1; pace <= 8; pace++) {
      const { used, calls, view } = await run(fanOut('maxTokens: 70', DECLARED), { pace });
      expect(view.reason).toMatchObject({ kind: 'budget' });
      expect(used).toBeLessThanOrEqual(70);
      expect(calls.most).toBe(3);
    }
  });

  it('lets all go out at once when it has room for all of them', async () => {
    const { calls, view } = await run(fanOut('maxTokens: 120', DECLARED));
    expect(calls).toEqual({ caps: [10, 10, 10, 10, 10, 10], most: 6 });
    expect(view.reason).toEqual({ kind: 'completed' });
  });

  it('lets a call that does not say how long its answer may be go out alone, with all that is left', async () => {
    const { calls, used, view } = await run(fanOut('maxTokens: 125'));
    expect(calls).toEqual({ caps: [115, 95, 75, 55, 35, 15], most: 1 });
    expect([used, view.reason]).toEqual([120, { kind: 'completed' }]);
  });

  it('has room again when a call has failed for good', async () => {
    const graph = graphOf(`${ROUTE}
mocks: {main: [{when: node == "a", error: {message: gone, status: 400}}, {reply: {content: fine}}]}
nodes:
  a: {type: llm, prompt: "${TEXT}", onError: continue}
  b: {type: llm, prompt: "${TEXT}"}
budget: {maxTokens: 40}
`);
    const ran = await runGraph(graph);
    expect(ran.view).toMatchObject({ reason: { kind: 'completed' }, output: 'fine' });
    expect(await replayed(ran)).toBe('identical');
  });
});

describe('a budget of costs', () => {
  const price = { input: 1_000, output: 10_000 };

  it('is reserved by price before a call, so that calls side by side do not pass it together', async () => {
    for (let pace = 1; pace <= 8; pace++) {
      const { view, calls } = await run(fanOut('maxCostUsd: 0.35', DECLARED), { price, pace });
      expect(view.reason).toMatchObject({ kind: 'budget', message: 'maxCostUsd' });
      expect(view.costUsd).toBeLessThanOrEqual(0.35);
      expect(calls.most).toBe(3);
    }
  });

  it('caps an answer to what can be paid', async () => {
    const { calls, view } = await run(fanOut('maxCostUsd: 0.16', DECLARED), { price });
    expect(calls.caps).toEqual([10, 4]);
    expect(view.costUsd).toBeCloseTo(0.16);
  });

  it('is looked at afterwards where nobody says what a model costs', async () => {
    const { events } = await run(fanOut('maxCostUsd: 0.16', DECLARED));
    expect(events[0]!.data).not.toHaveProperty('prices');
  });

  it('keeps the prices in the journal, which replays without them and goes on with them', async () => {
    const graph = fanOut('maxCostUsd: 0.35', DECLARED);
    const ran = await run(graph, { price });
    expect(ran.events[0]!.data).toMatchObject({ prices: { 'mock:main': price } });
    expect(await replayed(ran)).toBe('identical');
    for (let cut = 1; cut < ran.events.length; cut++) {
      const { view } = await run(graph, {
        price,
        listed: { input: 1, output: 1 },
        recorded: ran.events.slice(0, cut),
      });
      expect([view.digest, view.reason]).toEqual([ran.view.digest, ran.view.reason]);
    }
  });
});

describe('a limit of time', () => {
  it('ends a run whose calls answer at once, so that no timer has its turn, and replays', async () => {
    const graph = graphOf(`${ROUTE}
mocks: {main: [{reply: {content: x}}]}
budget: {maxDuration: 20ms}
nodes:
  again: {type: loop, maxIterations: 1000, until: "false", nodes: {ask: {type: llm, prompt: hi}}}
`);
    const ports = livePorts({ graph, seed: 1, clock: busyClock() });
    const ran = await runGraph(graph, { ports });
    expect(ran.view).toMatchObject({
      reason: { kind: 'budget', message: 'maxDuration' },
      durationMs: expect.closeTo(23, -1) as unknown as number,
    });
    expect(ran.events.filter(({ type }) => type === 'budget.exceeded')).toHaveLength(1);
    expect(await replayed(ran)).toBe('identical');
  });

  it.each([
    [
      'a loop',
      'again: {type: loop, maxIterations: 1000, until: "false", nodes: {step: {type: transform, value: iteration}}}',
    ],
    [
      'items',
      'each: {type: forEach, over: "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]", nodes: {step: {type: transform, value: item}}}',
    ],
  ])('ends %s in the middle also where no node calls anything, and replays', async (_name, node) => {
    const graph = graphOf(`budget: {maxDuration: 20ms}\nnodes:\n  ${node}\n`);
    const ran = await runGraph(graph, { ports: livePorts({ graph, seed: 1, clock: busyClock() }) });
    expect(ran.view).toMatchObject({ reason: { kind: 'budget', message: 'maxDuration' }, output: null });
    expect(ran.events.length).toBeLessThan(25);
    expect(await replayed(ran)).toBe('identical');
  });

  it('ends a run at the same place in its replay, with checks and branches beside', async () => {
    const graph = graphOf(`${ROUTE}
mocks: {main: [{reply: {content: x}, latency: {p50: 5ms, p99: 9ms}}]}
budget: {maxDuration: 60ms}
nodes:
  beside: {type: llm, prompt: hi, assert: [{type: llm-rubric, value: good, provider: main}, {type: equals, value: x}]}
  again:
    type: loop
    maxIterations: 1000
    until: "false"
    nodes:
      step: {type: transform, value: iteration, assert: [{type: cel, value: output > 0}]}
      ask: {type: llm, when: nodes.step.output == 3, prompt: there}
`);
    const ends = new Set<string>();
    for (let offset = 0; offset < 60; offset++) {
      const clock = busyClock();
      let left = offset;
      const later = { ...clock, now: () => (left-- > 0 ? 0 : clock.now()) };
      const ran = await runGraph(graph, { ports: livePorts({ graph, seed: 1, clock: later }) });
      expect(ran.view.reason).toEqual({ kind: 'budget', message: 'maxDuration' });
      expect(await replayed(ran)).toBe('identical');
      ends.add(ran.events.findLast(({ lane }) => lane.startsWith('again'))?.key ?? '');
    }
    expect(ends.size).toBeGreaterThan(5);
  });
});
