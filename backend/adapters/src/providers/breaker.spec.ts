import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { newCancellation } from '@rehearse/engine';
import { guarded } from './breaker.js';
import { circuits, Circuits, type CircuitPlace } from './circuits.js';
import type { Failed } from './outcome.js';

type Answer = { ok: true } | Failed;

const OPEN_MS = 30_000;
const settings = { threshold: 5, openMs: OPEN_MS, halfOpenCalls: 3 };
const fine: Answer = { ok: true };
const failed = (error: Partial<Failed['error']> = {}): Answer => ({
  ok: false,
  error: { code: 'provider/error', message: 'down', category: 'provider', ...error },
  retryable: true,
});

/** Each test has a model of its own: the circuits are those of the process. */
let place: CircuitPlace;
let models = 0;
let nowMs = 0;
beforeEach(() => {
  place = { tenant: 't', provider: 'openai', baseUrl: 'https://a.example/v1', model: `model-${++models}` };
  jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
});
afterEach(() => void jest.restoreAllMocks());

interface Calling {
  at?: Partial<CircuitPlace>;
  cancel?: 'timeout' | 'person';
}

/** What came of a call: `x` did not go out. */
async function call(answer: Answer, { at = {}, cancel }: Calling = {}): Promise<string> {
  const { signal, cancel: callOff } = newCancellation();
  let wentOut = false;
  const outcome = await guarded({ place: { ...place, ...at }, settings, signal }, async () => {
    wentOut = true;
    if (cancel) callOff(cancel === 'timeout' ? 'timeout' : undefined);
    return answer;
  });
  if (!wentOut) expect(outcome).toMatchObject({ ok: false, retryable: false });
  return wentOut ? (outcome.ok ? 'ok' : outcome.error.code) : `x ${(outcome as Failed).error.code}`;
}

async function calls(answers: readonly Answer[], calling?: Calling): Promise<void> {
  for (const answer of answers) await call(answer, calling);
}

const OPEN = 'x provider/circuit-open';
const times = (count: number, answer: Answer) => Array.from({ length: count }, () => answer);

describe('a model that fails', () => {
  it('is left alone after the fifth failure in a row, and not before', async () => {
    await calls([...times(4, failed()), fine, ...times(4, failed({ status: 429 }))]);
    expect(await call(failed({ status: 503 }))).toBe('provider/error');
    expect(await call(fine)).toBe(OPEN);
  });

  it('is tried again after a while: three calls that all go well bring it back', async () => {
    await calls(times(5, failed()));
    nowMs += OPEN_MS;
    await calls([fine, fine]);
    expect(await call(failed())).toBe('provider/error');
    expect(await call(fine)).toBe(OPEN);
    nowMs += OPEN_MS;
    await calls(times(3, fine));
    await calls(times(4, failed()));
    expect(await call(fine)).toBe('ok');
  });

  it.each([400, 401, 403, 404])('is well when it refuses a request with %i', async (status) => {
    await calls(times(9, failed({ status })));
    expect(await call(fine)).toBe('ok');
  });

  it('is not blamed for what a person calls off or a policy refuses, but for being late', async () => {
    const aborted = failed({ code: 'provider/aborted' });
    await calls(times(4, failed()));
    await calls(times(9, aborted), { cancel: 'person' });
    await calls(times(9, failed({ code: 'egress/refused', category: 'policy' })));
    expect(await call(fine)).toBe('ok');
    await calls(times(5, aborted), { cancel: 'timeout' });
    expect(await call(fine)).toBe(OPEN);
  });

  it.each([
    ['another tenant', { tenant: 'u' }],
    ['another provider', { provider: 'azure' }],
    ['another address', { baseUrl: 'https://b.example/v1' }],
    ['another model', { model: 'another' }],
  ])('is nothing to %s', async (_, at) => {
    await calls(times(5, failed()));
    expect(await call(fine)).toBe(OPEN);
    expect(await call(fine, { at })).toBe('ok');
  });

  it('does not send a call that was called off while it waited', async () => {
    const { signal, cancel } = newCancellation();
    cancel('timeout');
    const outcome = await guarded({ place, settings, signal }, () => Promise.resolve(fine));
    expect(outcome).toMatchObject({ ok: false, error: { code: 'provider/aborted' } });
  });

  it('throws on what is a mistake of ours', async () => {
    const mistake = () => Promise.reject(new TypeError('x is undefined'));
    await expect(guarded({ place, settings, signal: newCancellation().signal }, mistake)).rejects.toThrow(
      'x is undefined',
    );
  });
});

describe('the circuits of a process', () => {
  it('are counted by provider and state', async () => {
    await calls(times(5, failed()), { at: { provider: 'counted' } });
    await call(fine, { at: { provider: 'counted', model: 'other' } });
    const own = () =>
      circuits
        .counts()
        .flatMap(({ provider, state, count }) => (provider === 'counted' ? [[state, count]] : []));
    expect(own()).toEqual([
      ['closed', 1],
      ['half_open', 0],
      ['open', 1],
    ]);
    nowMs += OPEN_MS;
    await call(fine, { at: { provider: 'counted' } });
    expect(own()).toEqual([
      ['closed', 1],
      ['half_open', 1],
      ['open', 0],
    ]);
  });

  it('do not grow without end, and the broken ones are kept', () => {
    const many = new Circuits();
    const circuit = (model: string, state: 'open' | 'closed') =>
      many.get({ ...place, model }, () => ({
        place: { ...place, model },
        state: () => state,
        execute: (call) => call(),
      }));
    circuit('broken', 'open');
    for (let i = 0; i < 3_000; i++) circuit(`m${i}`, 'closed');
    expect(many.counts().map(({ count }) => count)).toEqual([999, 0, 1]);
  });
});
