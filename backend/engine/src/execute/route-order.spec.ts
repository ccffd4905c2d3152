import { describe, expect, it } from '@jest/globals';
import type { JournalEvent, JournalTarget, StepError } from '@rehearse/contracts';
import fc from 'fast-check';
import { compileGraph } from '../graph/index.js';
import { livePorts } from '../mock/live-ports.js';
import type { Ports } from '../ports.js';
import { replayStrict } from '../replay/index.js';
import { executeRun } from './execute-run.js';

const clock = { now: () => Date.now(), sleep: async () => {} };

function graphOf(strategy: string, targets: string) {
  const compiled = compileGraph(`apiVersion: rehearse/v1
kind: Graph
name: test
providers: {main: {strategy: ${strategy}, targets: [${targets}], retry: {attempts: 1}}}
mocks:
  a: [{when: 'inputs.away.contains("a")', error: away}, {when: turn < 4, reply: {toolCalls: [{name: t}]}}, {reply: {content: a}}]
  b: [{when: 'inputs.away.contains("b")', error: away}, {when: turn < 4, reply: {toolCalls: [{name: t}]}}, {reply: {content: b}}]
  c: [{when: 'inputs.away.contains("c")', error: away}, {when: turn < 4, reply: {toolCalls: [{name: t}]}}, {reply: {content: c}}]
tools: {t: {mock: [{return: 1}]}}
nodes: {ask: {type: agent, prompt: x, tools: [t]}}
`);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.graph;
}

const MOCKS = '{provider: mock, script: a}, {provider: mock, script: b}, {provider: mock, script: c}';

interface Running {
  targets?: string;
  seed?: number;
  away?: string;
  rank?: Ports['model']['rank'];
  recorded?: readonly JournalEvent[];
}

async function run(
  strategy: string,
  { targets = MOCKS, seed = 1, away = '', rank, recorded = [] }: Running = {},
) {
  const graph = graphOf(strategy, targets);
  const mocks = livePorts({ graph, seed, clock });
  const ports = { ...mocks, model: { ...mocks.model, ...(rank && { rank }) } };
  const { events } = await executeRun({ graph, runId: 'r', vars: { away }, seed, ports, recorded });
  return { graph, events };
}

const nameOf = (target: JournalTarget) => (target.provider === 'mock' ? target.script : target.provider);

/** The targets that were asked, turn by turn: `ab c` is a turn that went from a to b, and one that took c. */
function asked(events: readonly JournalEvent[]): string {
  const turns = new Map<string, string>();
  for (const event of events)
    if (event.type === 'model.requested')
      turns.set(event.key, (turns.get(event.key) ?? '') + nameOf(event.data.target));
  return [...turns.values()].join(' ');
}

describe('a route that takes turns', () => {
  it('asks one target after the other, counted from the seed', async () => {
    const order = async (seed: number) => asked((await run('round-robin', { seed })).events);
    expect([await order(0), await order(1), await order(2)]).toEqual(['a b c a', 'b c a b', 'c a b c']);
  });

  it('falls back along the others, and takes its turn again afterwards', async () => {
    expect(asked((await run('round-robin', { seed: 0, away: 'b' })).events)).toBe('a ba c a');
    expect(asked((await run('round-robin', { seed: 1, away: 'ab' })).events)).toBe('bac c abc bac');
    const none = await run('round-robin', { away: 'abc' });
    expect(asked(none.events)).toBe('bac');
    expect(none.events.at(-1)).toMatchObject({ type: 'run.finished', data: { verdict: 'errored' } });
  });

  it('gives a mock beside others no turn', async () => {
    const live = '{provider: openai, model: m}, {provider: anthropic, model: n}, {provider: mock, script: a}';
    const { events } = await run('round-robin', { targets: live, seed: 0 });
    const switched = events.flatMap((event) => (event.type === 'provider.switched' ? [event.data] : []));
    expect(switched.slice(0, 4).map(({ from, to }) => `${nameOf(from)} ${nameOf(to!)}`)).toEqual([
      'openai anthropic',
      'anthropic a',
      'anthropic openai',
      'openai a',
    ]);
  });
});

describe('a route that ranks', () => {
  const best = (order: string) => {
    let call = 0;
    return (targets: readonly JournalTarget[]) => {
      const name = order[call++ % order.length];
      return targets.toSorted((x, y) => Number(nameOf(y) === name) - Number(nameOf(x) === name));
    };
  };

  it.each(['lowest-latency', 'lowest-cost'])('by %s asks the best first in each turn', async (strategy) => {
    expect(asked((await run(strategy, { rank: best('cbac') })).events)).toBe('c b a c');
  });

  it('keeps to its order within a turn, also when the world has changed meanwhile', async () => {
    expect(asked((await run('lowest-latency', { rank: best('cbab'), away: 'c' })).events)).toBe('ca b a b');
  });

  it('asks as the file says where nothing ranks', async () => {
    expect(asked((await run('lowest-cost')).events)).toBe('a a a a');
  });

  it('replays with the targets that were asked, whatever ranks best now', async () => {
    const { graph, events } = await run('lowest-latency', { rank: best('cbac'), away: 'b' });
    const replay = await replayStrict({ graph, events });
    expect(replay).toMatchObject({ identical: true });
    expect(asked(replay.events)).toBe('c ba a c');
  });
});

describe('any strategy', () => {
  it('goes on behind every event of a journal as if nothing had happened, and replays', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('fallback', 'round-robin', 'lowest-latency', 'lowest-cost'),
        fc.constantFrom('', 'a', 'b', 'ab', 'bc'),
        fc.nat(50),
        fc.nat(5),
        async (strategy, away, cut, seed) => {
          const { graph, events } = await run(strategy, { away, seed });
          const recorded = events.slice(0, Math.min(cut, events.length));
          const again = await run(strategy, { away, seed, recorded });
          expect(asked(again.events)).toBe(asked(events));
          expect(await replayStrict({ graph, events: again.events })).toMatchObject({ identical: true });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what a provider asks to be waited', () => {
  it.each([
    [5_000, 'retry: {attempts: 2, initialDelay: 1ms, jitter: 0}', 5_000],
    [0, 'retry: {attempts: 2, initialDelay: 2s, jitter: 0}', 2_000],
    [3_600_000, 'retry: {attempts: 2, initialDelay: 1ms, maxDelay: 10s, jitter: 0}', 10_000],
  ])('%i ms are waited with %s: %i', async (retryAfterMs, retry, waited) => {
    const compiled = compileGraph(`apiVersion: rehearse/v1
kind: Graph
name: test
providers: {main: {targets: [{provider: mock, script: a}], ${retry}}}
mocks: {a: [{reply: {content: a}}]}
nodes: {ask: {type: llm, prompt: x}}
`);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
    const slept: number[] = [];
    const waiting = { now: clock.now, sleep: noting(slept) };
    const mocks = livePorts({ graph: compiled.graph, seed: 1, clock: waiting });
    const error = { code: 'provider/error', message: 'busy', category: 'provider', status: 429 } as const;
    const call: Ports['model']['call'] = async (request, place) =>
      place.attempt === 1
        ? { ok: false, error, retryable: true, retryAfterMs }
        : mocks.model.call(request, place);
    const ports = { ...mocks, model: { ...mocks.model, call } };
    const { events } = await executeRun({ graph: compiled.graph, runId: 'r', vars: {}, seed: 1, ports });
    expect(events.at(-1)).toMatchObject({ data: { output: 'a' } });
    expect(slept).toContain(waited);
  });
});

describe('a target that has failed', () => {
  /** The waits of a run whose first target fails in this way, and who was asked. */
  async function failing(error: StepError): Promise<{ slept: number[]; asked: string[] }> {
    const compiled = compileGraph(`apiVersion: rehearse/v1
kind: Graph
name: test
providers:
  main:
    targets: [{provider: mock, script: a}, {provider: mock, script: b}]
    retry: {attempts: 3, initialDelay: 2s, jitter: 0}
mocks: {a: [{reply: {content: a}}], b: [{reply: {content: b}}]}
nodes: {ask: {type: llm, prompt: x}}
`);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
    const [slept, asked]: [number[], string[]] = [[], []];
    const waiting = { now: clock.now, sleep: noting(slept) };
    const mocks = livePorts({ graph: compiled.graph, seed: 1, clock: waiting });
    const call: Ports['model']['call'] = async (request, place) => {
      asked.push(request.model);
      return request.model === 'mock:a'
        ? { ok: false, error, retryable: true }
        : mocks.model.call(request, place);
    };
    const ports = { ...mocks, model: { ...mocks.model, call } };
    await executeRun({ graph: compiled.graph, runId: 'r', vars: {}, seed: 1, ports });
    return { slept: slept.filter((ms) => ms !== 60_000 && ms > 0), asked };
  }

  it('is waited for before each try, and the next target is not', async () => {
    const busy = { code: 'provider/error', message: 'busy', category: 'provider', status: 503 } as const;
    expect(await failing(busy)).toEqual({
      slept: [2_000, 4_000],
      asked: ['mock:a', 'mock:a', 'mock:a', 'mock:b'],
    });
  });

  it.each(['policy', 'validation'] as const)('for reasons of %s is not tried again', async (category) => {
    const refused = { code: 'provider/refused', message: 'no', category };
    expect(await failing(refused)).toEqual({ slept: [], asked: ['mock:a', 'mock:b'] });
  });
});

/** Notes each wait and passes it at once, but for the timeouts of calls, which never come. */
const noting = (slept: number[]) => (ms: number) => {
  slept.push(ms);
  return ms === 60_000 ? new Promise<void>(() => {}) : Promise.resolve();
};
