import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JournalEvent, RunDiff } from '@rehearse/contracts';
import { graphOf, rechain, runGraph, type Ran } from '@rehearse/testkit';
import { diffRuns, importTrajectories, type DiffedRun } from '../index.js';

interface Shop {
  node?: string;
  reply?: string;
  order?: string;
  second?: string;
  prompt?: string;
  check?: string;
  most?: number;
}

/** An agent that asks a tool, and a transform behind it. */
const shop = (its: Shop = {}): string => {
  const { node = 'handle', reply = 'It was {{ toolResults[0].result.status }}, as you asked.' } = its;
  const { order = 'W1', second, prompt = 'Where is my order?', check = 'delivered', most = 1 } = its;
  const more = second === undefined ? '' : `, {name: ${second}, arguments: {order: ${order}}}`;
  return `providers: {main: {targets: [{provider: mock, script: main}]}}
mocks:
  main:
    - {when: toolResults.size() == 0, reply: {toolCalls: [{name: find, arguments: {order: ${order}}}${more}]}}
    - {reply: {content: "${reply}"}}
tools:
  find: {description: Finds an order, mock: [{return: {status: delivered, total: 99.5}}]}
  track: {description: Tracks an order, mock: [{return: {at: depot}}]}
nodes:
  ${node}: {type: agent, prompt: ${prompt}, tools: [find, track], assert: [{type: contains, value: ${check}}]}
  thank: {type: transform, value: '"Thanks. " + nodes.${node}.text'}
contracts: [{id: few-calls, atMost: {count: ${most}, of: tool == "find"}}]
`;
};

const ran = (its: Shop = {}, seed = 1): Promise<Ran> => runGraph(graphOf(shop(its)), { seed });
const asRun = ({ graph, events }: Ran): DiffedRun => ({ events, graph });
const diffOf = (a: Ran, b: Ran, more: { ignore?: [] } = {}) =>
  diffRuns({ a: asRun(a), b: asRun(b), ...more });
const outline = ({ steps }: RunDiff) =>
  steps.map(({ key, change, a, b }) => {
    const from = a && b && a.key !== b.key ? ` (was ${a.key})` : '';
    return `${change} ${key} ${(b ?? a)!.type} ${(b ?? a)!.label}${from}`;
  });

let base: Ran;
beforeAll(async () => {
  base = await ran();
});

describe('the diff of two runs', () => {
  it('is identical for a run and itself, without contents', () => {
    const diff = diffOf(base, base);
    expect(diff).toMatchObject({ identical: true, firstDivergence: null });
    expect(outline(diff)).toMatchInlineSnapshot(`
      [
        "same run run start",
        "same handle node agent",
        "same handle/turn[1] model mock:main",
        "same handle/turn[1]/tool#0 tool find",
        "same handle/turn[2] model mock:main",
        "same thank node transform",
        "same run run end",
      ]
    `);
    expect(diff.steps.every(({ a, b }) => a!.content === undefined && b!.content === undefined)).toBe(true);
    expect(diff.totals.tokens).toMatchObject({ delta: 0 });
    expect(diff.runs.a).toMatchObject({ runId: 'r', graph: 'test', verdict: 'passed', seed: 1 });
  });

  it('is identical for two runs that differ in their seed alone', async () => {
    expect(diffOf(base, await ran({}, 2)).identical).toBe(true);
  });

  it('names another answer as the first divergence, before what came of it, word by word', async () => {
    const diff = diffOf(base, await ran({ reply: 'It was lost, as you feared.', check: 'delivered' }));
    expect(outline(diff).filter((line) => !line.startsWith('same'))).toMatchInlineSnapshot(`
      [
        "changed handle node agent",
        "changed handle/turn[2] model mock:main",
        "changed thank node transform",
        "changed run run end",
      ]
    `);
    expect(diff.firstDivergence).toMatchInlineSnapshot(`
      {
        "a": "It was delivered, as you asked.",
        "b": "It was lost, as you feared.",
        "key": "handle/turn[2]",
        "kind": "outcome_changed",
        "pointer": "/answer/content",
        "seqA": 8,
        "seqB": 8,
      }
    `);
    const answer = diff.steps.find(({ key }) => key === 'handle/turn[2]')!;
    expect(answer.json).toMatchInlineSnapshot(`
      [
        {
          "a": "It was delivered, as you asked.",
          "b": "It was lost, as you feared.",
          "pointer": "/answer/content",
        },
      ]
    `);
    expect(answer.text![0]!.words).toMatchInlineSnapshot(`
      [
        {
          "change": "same",
          "text": "It was ",
        },
        {
          "change": "removed",
          "text": "delivered",
        },
        {
          "change": "added",
          "text": "lost",
        },
        {
          "change": "same",
          "text": ", as you ",
        },
        {
          "change": "removed",
          "text": "asked",
        },
        {
          "change": "added",
          "text": "feared",
        },
        {
          "change": "same",
          "text": ".",
        },
      ]
    `);
    expect(diff.assertions.map(({ id, flip }) => ({ id, flip }))).toEqual([
      { id: 'handle.assert[0]', flip: 'regressed' },
    ]);
  });

  it('says the way back as a fix', async () => {
    const lost = await ran({ reply: 'It was lost.' });
    expect(diffOf(lost, base).assertions).toMatchObject([{ flip: 'fixed', a: { verdict: 'failed' } }]);
  });

  it('names other arguments of a tool by their pointer', async () => {
    const diff = diffOf(base, await ran({ order: 'W2' }));
    const call = diff.steps.find(({ key }) => key === 'handle/turn[1]/tool#0')!;
    expect(call).toMatchObject({ change: 'changed', json: [{ pointer: '/args/order', a: 'W1', b: 'W2' }] });
    // The model asked for them first.
    expect(diff.firstDivergence).toMatchObject({
      ...{ key: 'handle/turn[1]', kind: 'outcome_changed', a: 'W1', b: 'W2' },
      pointer: '/answer/toolCalls/0/arguments/order',
    });
  });

  it('names another prompt as a changed input', async () => {
    const diff = diffOf(base, await ran({ prompt: 'Where is my parcel?' }));
    expect(diff.firstDivergence).toMatchObject({
      key: 'handle/turn[1]',
      kind: 'input_changed',
      seqA: 3,
      seqB: 3,
    });
  });

  it('shows a call that only one of them made where it was made', async () => {
    const two = await ran({ second: 'track' });
    const there = diffOf(base, two);
    expect(outline(there)).toMatchInlineSnapshot(`
      [
        "same run run start",
        "same handle node agent",
        "changed handle/turn[1] model mock:main",
        "same handle/turn[1]/tool#0 tool find",
        "added handle/turn[1]/tool#1 tool track",
        "changed handle/turn[2] model mock:main",
        "same thank node transform",
        "same run run end",
      ]
    `);
    const call = there.steps.find(({ change }) => change === 'added')!;
    expect(call).toMatchObject({ a: null, b: { content: { tool: 'track', result: { at: 'depot' } } } });
    expect(outline(diffOf(two, base)).filter((line) => line.startsWith('removed'))).toEqual([
      'removed handle/turn[1]/tool#1 tool track',
    ]);
  });

  it('finds a renamed node by what it is, with all that lies in it, and its checks', async () => {
    const diff = diffOf(base, await ran({ node: 'answer' }));
    expect(outline(diff)).toMatchInlineSnapshot(`
      [
        "same run run start",
        "moved answer node agent (was handle)",
        "moved answer/turn[1] model mock:main (was handle/turn[1])",
        "moved answer/turn[1]/tool#0 tool find (was handle/turn[1]/tool#0)",
        "moved answer/turn[2] model mock:main (was handle/turn[2])",
        "same thank node transform",
        "same run run end",
      ]
    `);
    expect(diff.assertions).toMatchObject([{ id: 'answer.assert[0]', flip: 'none' }]);
    expect(diff.firstDivergence).toMatchObject({ kind: 'control_flow', a: 'handle', b: 'answer' });
  });

  it('finds what is in a renamed node by its place when the model is another one, too', async () => {
    const other = (await ran({ node: 'answer' })).events.map((event) =>
      event.type === 'model.requested' ? { ...event, data: { ...event.data, model: 'mock:other' } } : event,
    );
    const diff = diffRuns({ a: asRun(base), b: { events: other, graph: base.graph } });
    expect(diff.steps.map(({ change }) => change)).not.toContain('added');
    expect(diff.steps.find(({ key }) => key === 'answer/turn[1]')).toMatchObject({
      ...{ change: 'changed', a: { key: 'handle/turn[1]' } },
      json: [{ pointer: '/request/model', b: 'mock:other' }],
    });
  });

  it('says that calls in another order moved', async () => {
    const two = await ran({ second: 'track' });
    const swapped = two.events.map((event) => {
      const other = { 'handle/turn[1]/tool#0': '#1', 'handle/turn[1]/tool#1': '#0' }[event.key];
      return other ? { ...event, key: event.key.replace(/#\d$/, other) } : event;
    });
    const diff = diffRuns({ a: asRun(two), b: { events: swapped as JournalEvent[], graph: two.graph } });
    expect(outline(diff).filter((line) => !line.startsWith('same'))).toEqual([
      'moved handle/turn[1]/tool#1 tool find (was handle/turn[1]/tool#0)',
      'moved handle/turn[1]/tool#0 tool track (was handle/turn[1]/tool#1)',
    ]);
  });

  it('pairs a call with the one at its place when it is of another tool', async () => {
    const other = base.events.map((event) =>
      event.type === 'tool.called' ? { ...event, data: { ...event.data, tool: 'track' } } : event,
    );
    const diff = diffRuns({ a: asRun(base), b: { events: other, graph: base.graph } });
    expect(outline(diff).filter((line) => !line.startsWith('same'))).toEqual([
      'changed handle/turn[1]/tool#0 tool track',
    ]);
  });

  it('tells a contract that is broken in one of them', async () => {
    const strict = await ran({ most: 0 });
    expect(diffOf(base, strict).contracts).toMatchObject([{ id: 'few-calls', a: null, flip: 'regressed' }]);
    expect(diffOf(strict, base).contracts).toMatchObject([{ id: 'few-calls', b: null, flip: 'fixed' }]);
    // The steps are the same up to the end, which tells the verdict.
    expect(diffOf(base, strict).firstDivergence).toMatchObject({ key: 'run', pointer: '/verdict' });
  });

  it('tells a flipped check as the divergence where no step differs', () => {
    const events = base.events.map((event) =>
      event.type === 'assertion.evaluated'
        ? { ...event, data: { ...event.data, verdict: 'errored' as const } }
        : event,
    );
    const diff = diffRuns({ a: asRun(base), b: { events, graph: base.graph } });
    expect(diff).toMatchObject({ identical: false, assertions: [{ flip: 'changed' }] });
    expect(diff.firstDivergence).toMatchObject({
      ...{ key: 'handle.assert[0]', kind: 'check_flipped', a: 'passed', b: 'errored' },
    });
  });

  it('tells checks that only one of them has', async () => {
    const without = { ...base, events: base.events.filter(({ type }) => type !== 'assertion.evaluated') };
    expect(diffOf(base, without).assertions).toMatchObject([{ flip: 'removed', b: null }]);
    expect(diffOf(without, base).assertions).toMatchObject([{ flip: 'added', a: null }]);
  });

  it('masks ids and times, says so, and does not where it is told not to', async () => {
    const withId = (id: string, at: string) =>
      ran({ reply: `Ticket ${id} of ${at} for order W1 is delivered.` });
    const a = await withId('0e89ef15-76a9-84d8-9193-efc44e45a93f', '2026-11-25T21:22:11.455Z');
    const b = await withId('1e89ef15-76a9-84d8-9193-efc44e45a93e', '2026-11-26T01:02:03Z');
    const masked = diffOf(a, b);
    expect(masked.identical).toBe(true);
    expect(masked.masks).toEqual([
      { name: 'ids', count: expect.any(Number) },
      { name: 'times', count: expect.any(Number) },
    ]);
    expect(masked.steps.find(({ key }) => key === 'thank')).toMatchObject({ change: 'same', masked: 4 });
    const raw = diffOf(a, b, { ignore: [] });
    expect(raw).toMatchObject({ identical: false, masks: [] });
    expect(raw.firstDivergence).toMatchObject({ key: 'handle/turn[2]', pointer: '/answer/content' });
  });

  it('shows what was masked where something else differs', async () => {
    const id = '0e89ef15-76a9-84d8-9193-efc44e45a93f';
    const [a, b] = [
      await ran({ reply: `Ticket ${id} is open.` }),
      await ran({ reply: `Ticket ${id} is shut.` }),
    ];
    const answer = diffOf(a, b).steps.find(({ key }) => key === 'handle/turn[2]')!;
    expect(answer.json).toEqual([
      { pointer: '/answer/content', a: 'Ticket ‹id› is open.', b: 'Ticket ‹id› is shut.' },
    ]);
    expect(answer.a!.content).toMatchObject({ answer: { content: `Ticket ${id} is open.` } });
  });

  it('leaves orders, amounts and dates as they are', async () => {
    for (const [one, other] of [
      ['W6032697', 'W6032698'],
      ['2026-11-25', '2026-11-26'],
      ['1200.50', '1200.51'],
    ])
      expect(
        diffOf(await ran({ reply: `About ${one}` }), await ran({ reply: `About ${other}` })).identical,
      ).toBe(false);
  });

  it('compares a run that has not ended, too', () => {
    const cut = { ...base, events: base.events.slice(0, 6) };
    const diff = diffOf(base, cut);
    expect(diff.totals.durationMs).toMatchObject({ b: null, delta: null });
    expect(diff.firstDivergence).toMatchObject({ key: 'handle/turn[2]', kind: 'missing_effect', seqB: null });
    expect(diffOf({ ...base, events: [] }, base).steps.every(({ change }) => change === 'added')).toBe(true);
  });

  it('says how a node ended otherwise, and how a canceled run did', () => {
    const [last] = base.events.slice(-1);
    const canceled = { ...last, type: 'run.canceled', data: { reason: 'enough' } } as JournalEvent;
    const errored = base.events.map((event) =>
      event.type === 'node.finished' && event.key === 'thank'
        ? {
            ...event,
            type: 'node.errored',
            data: { error: { code: 'x', message: 'no', category: 'engine' } },
          }
        : event,
    ) as JournalEvent[];
    const diff = diffRuns({
      a: asRun(base),
      b: { events: [...errored.slice(0, -1), canceled], graph: base.graph },
    });
    expect(diff.firstDivergence).toMatchObject({ key: 'thank', kind: 'outcome_changed', pointer: '/output' });
    expect(diff.steps.at(-1)).toMatchObject({ change: 'changed', b: { content: { canceled: 'enough' } } });
  });

  it('compares imported recordings', () => {
    const chat = (answer: string) =>
      JSON.stringify({
        messages: [
          { role: 'user', content: 'Where?' },
          { role: 'assistant', content: answer },
        ],
      });
    const imported = importTrajectories({
      format: 'openai',
      text: `${chat('At home.')}\n${chat('On its way.')}`,
      now: 0,
    });
    if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
    const graph = { name: imported.graphName, digest: imported.graphDigest };
    const [a, b] = imported.runs.map(({ events }) => ({ events, graph }));
    expect(diffRuns({ a: a!, b: b! }).firstDivergence).toMatchObject({ kind: 'outcome_changed' });
  });

  it('holds for a journal that was chained anew', () => {
    const events = rechain(base.events, (lane) => base.graph.nodeById.get(lane)?.needs ?? []);
    expect(diffRuns({ a: asRun(base), b: { events, graph: base.graph } }).identical).toBe(true);
  });
});

describe('the size of a diff', () => {
  /** A run of n tool calls, each answered in its own words. */
  const long = (n: number, its: { tool?: string; word?: string } = {}): DiffedRun => {
    const { tool = 'find', word = 'of' } = its;
    const [start, ...rest] = base.events;
    const call = rest.find(({ type }) => type === 'tool.called')!;
    const back = rest.find(({ type }) => type === 'tool.returned')!;
    const events = Array.from({ length: n }, (_, i): JournalEvent[] => {
      const at = { key: `handle/turn[${i + 1}]/tool#0` };
      const data = { tool: `${tool}${i % 7}`, args: { order: `W${i}` }, turn: i + 1 };
      const result = { tool: data.tool, result: `step ${i} ${word} many that say something about it` };
      return [
        { ...call, ...at, seq: 2 * i + 2, data } as JournalEvent,
        { ...back, ...at, seq: 2 * i + 3, data: result } as JournalEvent,
      ];
    });
    return { events: [start!, ...events.flat()], graph: base.graph };
  };

  it.each([
    ['the same', {}, 0],
    ['each with another word', { word: 'among' }, 10_000],
    ['all of other tools', { tool: 'seek' }, 10_000],
  ])('is no burden for 10,000 steps that are %s', (_, its, changed) => {
    const { steps } = diffRuns({ a: long(10_000), b: long(10_000, its) });
    expect(steps).toHaveLength(10_001);
    expect(steps.filter(({ change }) => change === 'changed')).toHaveLength(changed);
  });

  it('does not lose its way where all steps have shifted', () => {
    const [start, ...calls] = long(10_000).events;
    const shifted = calls.map((event, i) => ({ ...event, key: `handle/turn[${(i >> 1) + 5}]/tool#0` }));
    const { steps } = diffRuns({ a: long(10_000), b: { events: [start!, ...shifted], graph: base.graph } });
    expect(steps.filter(({ change }) => change === 'moved' || change === 'changed').length).toBeGreaterThan(
      9_000,
    );
  });

  it('tells so many words apart, and shows the texts after them as a whole', () => {
    const words = (letter: string) => Array.from({ length: 400 }, (_, i) => `${letter}${i}`).join(' ');
    const { steps } = diffRuns({
      a: long(1_000, { word: `of ${words('a')}` }),
      b: long(1_000, { word: `of ${words('b')}` }),
    });
    expect(steps.at(-1)!.text![0]!.words).toHaveLength(2);
    const few = diffRuns({ a: long(1_000), b: long(1_000, { word: 'among' }) });
    expect(few.steps.at(-1)!.text![0]!.words).toHaveLength(4);
  });

  it('shows texts that have nothing in common as a whole', async () => {
    const words = (word: string) => Array.from({ length: 400 }, (_, i) => `${word}${i}`).join(' ');
    const diff = diffOf(await ran({ reply: words('a') }), await ran({ reply: words('b') }));
    const answer = diff.steps.find(({ key }) => key === 'handle/turn[2]')!;
    expect(answer.text![0]!.words.map(({ change }) => change)).toEqual(['removed', 'added']);
  });
});
