import { describe, expect, it } from '@jest/globals';
import type { GraphView } from '@rehearse/contracts';
import { ALL, isExperiment, OWN, problemsOf, startOf, type RunChoice } from './run-request.js';

const graph = {
  cases: ['refund-small', 'refund-large', 'small-talk'].map((id) => ({ id, vars: {}, repeats: 1 })),
} as unknown as GraphView;
const choice: RunChoice = {
  ...{ case: 'small-talk', filter: '', seed: '', repeat: '1', chaos: '', calls: 'usual' },
};

describe('startOf', () => {
  it('runs one case with what the graph says about it', () => {
    expect(startOf(graph, choice)).toEqual({ kind: 'run', request: { caseId: 'small-talk' } });
  });

  it('runs a case with other vars, under chaos, with mocks alone', () => {
    const asked = startOf(
      graph,
      { ...choice, seed: '7', chaos: 'flaky', calls: 'offline' },
      { message: 'hi' },
    );
    expect(asked).toEqual({
      kind: 'run',
      request: { caseId: 'small-talk', vars: { message: 'hi' }, seed: 7, chaos: 'flaky', offline: true },
    });
  });

  it('runs own vars as no case', () => {
    expect(startOf(graph, { ...choice, case: OWN, repeat: '5', calls: 'live' }, { a: 1 })).toEqual({
      kind: 'run',
      request: { vars: { a: 1 }, live: true },
    });
  });

  it('makes an experiment of repeats, of all cases, and of those that a filter lets through', () => {
    expect(startOf(graph, { ...choice, repeat: '3' })).toEqual({
      kind: 'experiment',
      request: { cases: ['small-talk'], repeat: 3 },
    });
    expect(startOf(graph, { ...choice, case: ALL, chaos: 'flaky' })).toEqual({
      kind: 'experiment',
      request: { repeat: 1, chaos: 'flaky' },
    });
    expect(startOf(graph, { ...choice, case: ALL, filter: 'REFUND' })).toEqual({
      kind: 'experiment',
      request: { cases: ['refund-small', 'refund-large'], repeat: 1 },
    });
    expect([isExperiment(choice), isExperiment({ ...choice, case: ALL })]).toEqual([false, true]);
  });
});

describe('problemsOf', () => {
  it('says at the field what is wrong with it', () => {
    expect(problemsOf(graph, choice)).toEqual({});
    const wrong = { ...choice, case: ALL, filter: 'nobody', seed: '-1', repeat: '0' };
    expect(Object.keys(problemsOf(graph, wrong))).toEqual(['seed', 'repeat', 'filter']);
    expect(problemsOf(graph, { ...choice, seed: '4294967296' })).toHaveProperty('seed');
  });
});
