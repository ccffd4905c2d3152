import { describe, expect, it } from '@jest/globals';
import type { JournalEvent, StepView } from '@rehearse/contracts';
import { barsOf, laneCount, problemTicks, seqAt, shareOf, ticksOf } from './timeline-marks.js';

const step = (key: string, firstSeq: number, lastSeq: number) =>
  ({ key, firstSeq, lastSeq, status: 'finished' }) as unknown as StepView;

describe('the marks of a timeline', () => {
  it('put steps that go on at once into lanes of their own, four at most', () => {
    const bars = barsOf([step('a', 1, 4), step('b', 2, 3), step('c', 5, 6)], 6);
    expect(bars.map(({ step: { key }, lane }) => [key, lane])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ]);
    const many = barsOf(
      Array.from({ length: 9 }, (_, i) => step(`s${i}`, i + 1, 50)),
      50,
    );
    expect(laneCount(many)).toBe(4);
    expect(laneCount([])).toBe(1);
  });

  it('reach the end of the journal where a step still goes on', () => {
    const running = { ...step('b', 3, 4), status: 'running' } as StepView;
    const bars = barsOf([step('a', 1, 2), running, step('c', 5, 6)], 9);
    expect(bars.map(({ step: { key }, from, to, lane }) => [key, from, to, lane])).toEqual([
      ['a', 1, 2, 0],
      ['b', 3, 9, 0],
      ['c', 5, 6, 1],
    ]);
  });

  it('draw the longest of very many steps', () => {
    const steps = Array.from({ length: 1_000 }, (_, i) => step(`s${i}`, i, i + (i % 500 === 0 ? 90 : 1)));
    const bars = barsOf(steps, 1_100);
    expect(bars).toHaveLength(300);
    expect(bars.map(({ step: { key } }) => key)).toEqual(expect.arrayContaining(['s0', 's500']));
  });

  it('give every event as much room, there and back', () => {
    for (const seq of [1, 2, 7, 10]) expect(seqAt(shareOf(seq, 10), 10)).toBe(seq);
    expect([shareOf(1, 10), shareOf(10, 10), shareOf(99, 10), shareOf(1, 1)]).toEqual([0, 1, 1, 0]);
    expect([seqAt(-1, 10), seqAt(2, 10), seqAt(0.5, 0)]).toEqual([1, 10, 1]);
  });

  it('are never more than can be told apart', () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => i);
    expect(ticksOf(rows, { count: rows.length, lastSeq: rows.length }).length).toBeLessThan(250);
    expect(ticksOf([0, 9], { count: 1, lastSeq: 10 })).toEqual([0]);
  });

  it('tell what went wrong from what is only worth a look, the worst of a place', () => {
    const events = ['provider.switched', 'node.errored', 'provider.switched', 'model.failed'].map(
      (type, i) => ({
        ...{ type, seq: i + 1, data: {} },
      }),
    ) as unknown as JournalEvent[];
    const seen = { events, count: 4, lastSeq: 4 };
    expect(problemTicks([0, 1, 2, 3], seen).map(({ tone }) => tone)).toEqual([
      'warning',
      'warning',
      'problem',
      'problem',
    ]);
    expect(problemTicks([0, 1], { ...seen, count: 1 })).toEqual([{ share: 0, tone: 'warning' }]);
    // Of a long run, all of these fall on one place.
    expect(problemTicks([0, 1, 2, 3], { ...seen, lastSeq: 100_000 })).toEqual([
      { share: 0, tone: 'problem' },
    ]);
  });
});
