import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { graphOf, rechain, replayed, runGraph, virtualClock } from '@rehearse/testkit';
import { livePorts } from '../mock/live-ports.js';
import { replayStrict } from '../replay/strict.js';
import { laneNeedsOf } from './plan.js';

const RETRY = 'retry: {attempts: 3, initialDelay: 10ms, maxDelay: 5s, jitter: 0}';

/** A node that may call its tool three times. */
async function calls({ tool = '', mock = 'return: 1', fault = '' }) {
  const graph = graphOf(`
tools: {pay: {${tool}mock: [{${mock}}]}}
nodes: {buy: {type: tool, tool: pay, args: {}, onError: continue, timeout: 10s, ${RETRY}}}
chaos: {p: [{on: 'tool:pay', fault: ${fault || 'latency, delay: 0s'}}]}
`);
  const clock = virtualClock();
  const ports = livePorts({ graph, seed: 1, clock });
  const ran = await runGraph(graph, { chaos: 'p', ports });
  expect(await replayed(ran)).toBe('identical');
  const called = ran.events.filter(({ type }) => type === 'tool.called');
  return { ...ran, called: called.length, ms: clock.elapsedMs() };
}

const SIDE_EFFECT = 'sideEffect: true, ';

describe('a call of a tool that fails', () => {
  it.each([
    ['status 404', 'error, status: 404', '', 1],
    ['status 503', 'error, status: 503', '', 3],
    ['no answer in time', 'timeout', '', 3],
    ['status 404 and a side effect', 'error, status: 404', SIDE_EFFECT, 1],
    ['status 503 and a side effect', 'error, status: 503', SIDE_EFFECT, 3],
    ['no answer in time and a side effect', 'timeout', SIDE_EFFECT, 1],
    ['a connection that was cut and a side effect', 'reset', SIDE_EFFECT, 1],
    ['an answer that cannot be read and a side effect', 'malformed', SIDE_EFFECT, 1],
  ])('with %s is made as often as it may', async (_, fault, tool, times) => {
    expect(await calls({ fault, tool })).toMatchObject({ called: times });
  });

  it('is made again when its mock says that it failed, and not when its mock took too long', async () => {
    expect(await calls({ tool: SIDE_EFFECT, mock: 'error: sold out' })).toMatchObject({ called: 3 });
    expect(await calls({ tool: SIDE_EFFECT, mock: 'return: 1, latency: 1m' })).toMatchObject({ called: 1 });
    expect(await calls({ mock: 'return: 1, latency: 1m' })).toMatchObject({ called: 3 });
  });

  it('is made again no sooner than it asks for, and no later than its retry allows', async () => {
    expect((await calls({ fault: 'error, status: 429, retryAfter: 2s' })).ms).toBe(4_000);
    expect((await calls({ fault: 'error, status: 429, retryAfter: 1h' })).ms).toBe(10_000);
  });

  it('is made again in a replay as an older release recorded it, which looked at no status', async () => {
    const { graph, events } = await calls({ fault: 'error, status: 503' });
    const refused = events.map((event) =>
      'error' in event.data && event.data.error
        ? { ...event, data: { ...event.data, error: { ...event.data.error, status: 404 } } }
        : event,
    ) as JournalEvent[];
    const older = rechain(refused, laneNeedsOf(graph));
    const again = await replayStrict({ graph, events: older });
    expect(again.events.map(({ digest }) => digest).slice(0, -1)).toEqual(
      older.map(({ digest }) => digest).slice(0, -1),
    );
  });
});
