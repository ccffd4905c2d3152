import { describe, expect, it } from '@jest/globals';
import type { RunView, StepView } from '@rehearse/contracts';
import { stateOf, whyNotOf } from './run-controls.js';

const step = { key: 'charge', status: 'running' } as StepView;
const run = (more: Partial<RunView>) => ({ status: 'running' as const, steps: [step], ...more });

describe('the controls of a run', () => {
  it('offer what the run takes, and say why not for the rest', () => {
    expect(whyNotOf(run({}), 'Operator')).toEqual({ resume: 'It is not paused.' });
    expect(whyNotOf(run({ status: 'paused' }), 'Admin')).toEqual({ pause: 'It is paused already.' });
    expect(whyNotOf(run({ requested: 'pause' }), 'Admin')).toEqual({
      pause: 'A pause is asked for already.',
    });
    expect(Object.values(whyNotOf(run({ requested: 'stop' }), 'Admin'))).toEqual(
      Array(3).fill('It is being stopped.'),
    );
  });

  it('say to a Viewer who controls runs', () => {
    const why = 'Your role is Viewer; an Operator or an Admin controls runs.';
    expect(whyNotOf(run({}), 'Viewer')).toEqual({ pause: why, resume: why, stop: why });
    expect(whyNotOf(run({}), null).stop).toBe('Sign in first.');
  });

  it.each<[Partial<RunView>, string]>([
    [{}, 'Running in charge.'],
    [{ steps: [] }, 'Running.'],
    [{ requested: 'pause' }, 'Pausing… after the call in flight in charge.'],
    [{ requested: 'stop', steps: [] }, 'Stopping… the call in flight is cut off.'],
    [{ status: 'paused' }, 'Paused. It holds no worker; nothing happens until it is resumed.'],
    [{ status: 'queued' }, 'Queued: it waits for a place.'],
    [{ status: 'waiting', waitingFor: [] }, 'Waiting for a decision.'],
    [{ status: 'waiting', wakeAt: '2026-11-26T00:00:00.000Z' }, 'Waiting for its time to come.'],
    [{ status: 'waiting' }, 'Waiting.'],
  ])('tell of %j', (more, told) => {
    expect(stateOf(run(more))).toBe(told);
  });
});
