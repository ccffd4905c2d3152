import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { busyClock, graphOf, outline, replayed, runGraph, virtualClock, type Ran } from '@rehearse/testkit';
import { foldRun } from '../journal/fold.js';
import { JournalWriter } from '../journal/writer.js';
import { livePorts } from '../mock/live-ports.js';
import { newCancellation } from './cancellation.js';

const MOCKS = `
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: "{{ node }}"}, latency: 50ms}]}
`;
const CHAIN = graphOf(`${MOCKS}
nodes:
  one: {type: llm, prompt: hi}
  beside: {type: llm, prompt: hi}
  two: {type: llm, prompt: "{{ nodes.one.output }}", needs: [one]}
assert: [{type: equals, value: {beside: beside, two: two}}, {type: contains, value: two}]
`);

/** Runs a graph that somebody pauses at the first event of a type. */
async function pausedAt(graph: Ran['graph'], type: JournalEvent['type']): Promise<Ran> {
  const pause = newCancellation();
  const append = (events: readonly JournalEvent[]) => {
    if (events.some((event) => event.type === type)) pause.cancel();
  };
  return runGraph(graph, { pause: pause.signal, journal: { append } });
}

/** What the host writes while a run is paused for so long. */
function withPause(events: readonly JournalEvent[], durationMs: number): JournalEvent[] {
  let now = Date.parse(events.at(-1)!.at);
  const writer = new JournalWriter({ runId: 'r', laneNeeds: () => [], now: () => now });
  writer.resume(events);
  const place = { lane: 'run', key: 'run' } as const;
  const paused = writer.append({ type: 'run.paused', ...place, data: { by: 'anna@example.com' } });
  now += durationMs;
  return [...events, paused, writer.append({ type: 'run.resumed', ...place, data: {} })];
}

describe('a run that is paused', () => {
  it('lets the calls in flight end, journals them, and begins nothing more', async () => {
    const { events, finished } = await pausedAt(CHAIN, 'model.requested');
    expect(finished).toBe(false);
    expect(outline(events)).toMatchInlineSnapshot(`
      "run run.started
      one node.started
      one/turn[1] model.requested
      beside node.started
      beside/turn[1] model.requested
      one/turn[1] model.responded
      beside/turn[1] model.responded"
    `);
  });

  it('ends with the digests of a run that was never paused, and replays', async () => {
    const whole = await runGraph(CHAIN);
    for (const type of ['run.started', 'node.started', 'model.requested', 'model.responded'] as const) {
      const { events } = await pausedAt(CHAIN, type);
      const resumed = await runGraph(CHAIN, { recorded: withPause(events, 3_600_000) });
      expect([resumed.view.digest, resumed.view.verdictDigest]).toEqual([
        whole.view.digest,
        whole.view.verdictDigest,
      ]);
      expect(await replayed(resumed)).toBe('identical');
    }
  });

  it('may be stopped instead, which cuts off the steps that it was at', async () => {
    const { events } = await pausedAt(CHAIN, 'model.requested');
    const writer = new JournalWriter({ runId: 'r', laneNeeds: () => [], now: () => 0 });
    writer.resume(events);
    const end = writer.append({ type: 'run.canceled', lane: 'run', key: 'run', data: {} });
    const { status, verdict, steps } = foldRun([...events, end]);
    expect([status, verdict]).toEqual(['canceled', null]);
    expect(steps.map((step) => [step.key, step.status])).toEqual([
      ['one', 'canceled'],
      ['beside', 'canceled'],
    ]);
  });

  it('before it began is begun, so that its journal can say so, and does nothing', async () => {
    const pause = newCancellation();
    pause.cancel();
    const { events } = await runGraph(CHAIN, { pause: pause.signal });
    expect(outline(events)).toBe('run run.started');
  });

  it('does not wait for people and timers', async () => {
    const graph = graphOf('nodes: {rest: {type: wait, for: 2h}, ask: {type: human, prompt: Sure?}}');
    const { events } = await pausedAt(graph, 'human.requested');
    expect(events.map(({ type }) => type)).not.toContain('timer.fired');
    expect(events.at(-1)!.type).toBe('human.requested');
  });

  it('does not use up its time meanwhile, but a timer that was due fires as soon as it goes on', async () => {
    const graph = graphOf(`${MOCKS}
budget: {maxDuration: 1m}
nodes: {rest: {type: wait, for: 20s}, ask: {type: llm, prompt: hi, needs: [rest]}}
assert: [{type: equals, value: ask}]
`);
    const { events } = await pausedAt(graph, 'timer.set');
    const recorded = withPause(events, 3_600_000);
    const resumedAt = recorded.at(-1)!.at;
    const clock = virtualClock(Date.parse(resumedAt));
    const ports = livePorts({ graph, seed: 1, clock });
    const { view, events: after } = await runGraph(graph, { recorded, ports });
    expect(view).toMatchObject({ verdict: 'passed', output: 'ask' });
    expect(after.find(({ type }) => type === 'timer.fired')!.at).toBe(resumedAt);
  });
});

describe('a run whose nodes wait for nothing', () => {
  const graph = graphOf(`nodes:
  again: {type: loop, maxIterations: 1000, until: iteration == 1000, nodes: {step: {type: transform, value: iteration}}}
assert: [{type: equals, value: {step: 1000}}]
`);
  const ports = () => livePorts({ graph, seed: 1, clock: busyClock() });

  it.each(['pause', 'signal'] as const)('hears a %s in its middle, and goes on from there', async (how) => {
    const stop = newCancellation();
    setImmediate(() => stop.cancel());
    const { events, finished } = await runGraph(graph, { ports: ports(), [how]: stop.signal });
    expect(finished).toBe(false);
    expect(events.length).toBeGreaterThan(10);
    expect(events.length).toBeLessThan(200);
    const [whole, resumed] = [await runGraph(graph), await runGraph(graph, { recorded: events })];
    expect(resumed.view.digest).toBe(whole.view.digest);
  });

  it('hands on its events as it goes', async () => {
    const sizes: number[] = [];
    const journal = { append: (events: readonly JournalEvent[]) => void sizes.push(events.length) };
    await runGraph(graph, { ports: ports(), journal });
    expect(Math.max(...sizes)).toBeLessThan(200);
  });
});
