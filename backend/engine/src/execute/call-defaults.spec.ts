import { describe, expect, it } from '@jest/globals';
import type { CallDefaults, JournalEvent } from '@rehearse/contracts';
import fc from 'fast-check';
import { compileGraph } from '../graph/index.js';
import { livePorts } from '../mock/live-ports.js';
import type { Ports } from '../ports.js';
import { replayStrict } from '../replay/index.js';
import { executeRun } from './execute-run.js';

/** Two targets; a call fails as often as `failures` says, over both of them. */
function graphOf(route = '') {
  const compiled = compileGraph(`apiVersion: rehearse/v1
kind: Graph
name: test
providers: {main: {targets: [{provider: mock, script: a}, {provider: mock, script: b}]${route}}}
mocks: {a: [{reply: {content: a}}], b: [{reply: {content: b}}]}
nodes: {ask: {type: llm, prompt: x}, again: {type: llm, prompt: x, needs: [ask]}}
`);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.graph;
}

interface Running {
  defaults?: Partial<CallDefaults>;
  failures?: number;
  route?: string;
  recorded?: readonly JournalEvent[];
}

/** What a call may take is longer than any wait before a try. */
const DEADLINE_MS = 50_000;

async function run({ defaults, failures = 0, route, recorded = [] }: Running = {}) {
  const graph = graphOf(route);
  const slept: number[] = [];
  const clock: Ports['clock'] = {
    now: () => 0,
    sleep(durationMs, signal) {
      slept.push(durationMs);
      if (durationMs < DEADLINE_MS) return Promise.resolve();
      return new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  };
  let left = failures;
  const mocks = livePorts({ graph, seed: 1, clock });
  const ports: Ports = {
    ...mocks,
    model: {
      ...mocks.model,
      ...(defaults && { defaults }),
      call(request, place) {
        if (left-- <= 0) return mocks.model.call(request, place);
        const error = { code: 'provider/error', message: 'down', category: 'provider' as const };
        return Promise.resolve({ ok: false, error, retryable: true });
      },
    },
  };
  const { events } = await executeRun({ graph, runId: 'r', vars: {}, seed: 1, ports, recorded });
  return { graph, events, slept };
}

const asked = (events: readonly JournalEvent[]): string =>
  events
    .flatMap(({ type, data }) => (type === 'model.requested' ? [JSON.stringify(data)] : []))
    .map((data) => /"script":"(.)"/.exec(data)![1])
    .join('');

describe('how models are called where the graph does not say it', () => {
  it('is as the format has it, and then the journal says nothing of it', async () => {
    const { events } = await run({ failures: 5 });
    expect(asked(events)).toBe('aaaabba');
    expect(events[0]!.data).not.toHaveProperty('defaults');
    const same = { strategy: 'fallback', timeoutMs: 60_000, attempts: 4 } as const;
    expect((await run({ defaults: same })).events[0]!.data).not.toHaveProperty('defaults');
  });

  it('is as the operator says, and stands in run.started as far as it differs', async () => {
    const { events } = await run({ failures: 3, defaults: { attempts: 2, timeoutMs: 60_000 } });
    expect(asked(events)).toBe('aabba');
    expect(events[0]!.data).toMatchObject({ defaults: { attempts: 2 } });
    expect(asked((await run({ defaults: { strategy: 'round-robin' } })).events)).toBe('bb');
  });

  it('is as the graph says, whatever the operator says', async () => {
    const route = ', strategy: fallback, retry: {attempts: 3}';
    const defaults = { attempts: 1, strategy: 'round-robin' } as const;
    expect(asked((await run({ failures: 3, route, defaults })).events)).toBe('aaaba');
  });

  it('sets how long a call may take', async () => {
    expect((await run()).slept).toEqual([60_000, 60_000]);
    expect((await run({ defaults: { timeoutMs: 77_000 } })).slept).toEqual([77_000, 77_000]);
    expect((await run({ defaults: { timeoutMs: 77_000 }, route: ', timeout: 55s' })).slept).toEqual([
      55_000, 55_000,
    ]);
  });

  it('sets how long a try waits', async () => {
    const waited = async (defaults: Partial<CallDefaults>) =>
      (await run({ failures: 3, route: ', retry: {jitter: 0}', defaults })).slept.filter(
        (ms) => ms < DEADLINE_MS,
      );
    expect(await waited({})).toEqual([1_000, 2_000, 4_000]);
    expect(await waited({ initialDelayMs: 10 })).toEqual([10, 20, 40]);
    expect(await waited({ initialDelayMs: 10, maxDelayMs: 15 })).toEqual([10, 15, 15]);
  });

  it('holds for a run that goes on in a process of another configuration', async () => {
    const first = await run({ failures: 9, defaults: { attempts: 2 } });
    const cut = first.events.slice(0, first.events.findIndex(({ type }) => type === 'model.failed') + 1);
    const second = await run({ failures: 9, defaults: { attempts: 9 }, recorded: cut });
    expect(asked(second.events)).toBe(asked(first.events));
  });

  it('holds for a strict replay, which no configuration reaches', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          attempts: fc.integer({ min: 1, max: 4 }),
          strategy: fc.constantFrom('fallback', 'round-robin', 'lowest-cost'),
          failures: fc.integer({ min: 0, max: 12 }),
        }),
        async ({ failures, attempts, strategy }) => {
          const { graph, events } = await run({
            failures,
            defaults: { attempts, strategy } as Partial<CallDefaults>,
          });
          expect(await replayStrict({ graph, events })).toMatchObject({ identical: true });
          // It is the journal that tells how: without it the same answers are another run.
          const { defaults: _, ...bare } = events[0]!.data as { defaults?: unknown };
          const forgotten = [{ ...events[0]!, data: bare } as JournalEvent, ...events.slice(1)];
          if (attempts < 4 && failures > attempts)
            expect((await replayStrict({ graph, events: forgotten })).identical).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });
});
