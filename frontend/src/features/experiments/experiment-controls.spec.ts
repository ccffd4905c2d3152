import { expect, it } from '@jest/globals';
import type { ExperimentView } from '@rehearse/contracts';
import { stateOf, whyNotOf } from './experiment-controls.js';

const of = (status: ExperimentView['status'], { finished = 0, paused = 0 } = {}) => ({
  status,
  progress: { total: 4, finished, paused, passed: 0, failed: 0, errored: 0, inconclusive: 0, canceled: 0 },
});

it('the controls of an experiment offer what its runs take, and say why not for the rest', () => {
  expect(whyNotOf(of('running'), undefined)).toEqual({ resume: 'None of its runs is paused.' });
  expect(whyNotOf(of('running', { paused: 1 }), undefined)).toEqual({});
  expect(whyNotOf(of('paused', { paused: 4 }), undefined)).toEqual({ pause: 'It is paused already.' });
  expect(whyNotOf(of('finished', { finished: 4 }), undefined).stop).toBe('All its runs have ended.');
  expect(whyNotOf(of('running'), 'Not you.').stop).toBe('Not you.');
});

it('the controls of an experiment tell how many runs go on', () => {
  expect(stateOf(of('running', { finished: 1, paused: 2 }))).toBe(
    '1 of its runs goes on or waits, 2 are paused.',
  );
  expect(stateOf(of('running'))).toBe('4 of its runs go on or wait.');
  expect(stateOf(of('paused', { finished: 1, paused: 3 }))).toBe('Paused: 3 runs wait to be resumed.');
  expect(stateOf(of('finished', { finished: 4 }))).toBe('All its runs have ended.');
});
