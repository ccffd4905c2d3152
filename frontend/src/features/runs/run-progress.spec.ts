import { expect, it } from '@jest/globals';
import type { RunEstimate, RunView, StepView } from '@rehearse/contracts';
import { progressOf, settledNodes } from './run-progress.js';

const step = (key: string, status: StepView['status']) => ({ key, status }) as StepView;
const run = {
  status: 'running' as const,
  startedAt: '2026-01-01T00:00:00Z' as RunView['startedAt'],
  steps: [step('a', 'finished'), step('b', 'running'), step('b/item[0]/c', 'finished'), step('d', 'skipped')],
};
const known: RunEstimate = { nodes: 5, runs: 12, durationMs: { p50: 90_000, p90: 120_000 } };
const at = (seconds: number) => Date.parse('2026-01-01T00:00:00Z') + seconds * 1_000;

it('counts the nodes of the graph itself', () => {
  expect(settledNodes(run)).toBe(2);
});

it('tells what is left by the earlier runs, and by which', () => {
  expect(progressOf(run, known, at(20))).toEqual({
    ...{ nodes: '2 of 5 nodes', share: 0.4, left: '≈ 1 m 10 s left' },
    why: 'Of 12 earlier runs of this graph, half took at most 1 m 30 s, nine in ten at most 2 m 00 s',
  });
  expect(progressOf(run, known, at(100)).left).toBe('longer than most');
});

it('guesses nothing from too few runs, nor of a run that stands still', () => {
  expect(progressOf(run, { ...known, runs: 2, durationMs: null }, at(1))).toMatchObject({
    ...{ nodes: '2 of 5 nodes', left: null },
  });
  expect(progressOf({ ...run, status: 'paused' }, known, at(1)).left).toBeNull();
});
