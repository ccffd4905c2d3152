import { describe, expect, it } from '@jest/globals';
import { LoadTally, nearestRank } from './load-tally.js';

describe('what a rung of load measured', () => {
  it('tells times by nearest rank, of what did not fail', () => {
    const tally = new LoadTally();
    for (let ms = 1; ms <= 100; ms++) tally.took('start run', ms);
    tally.failed('start run', 'start run: HTTP 503');
    expect(tally.summary({ users: 1, durationMs: 10_000 }).measures['start run']).toEqual({
      ...{ count: 101, failed: 1, p50Ms: 50, p95Ms: 95, p99Ms: 99, maxMs: 100 },
    });
  });

  it('has no time where all failed, and no rate where nothing was begun', () => {
    const tally = new LoadTally();
    tally.failed('read run', 'read run: no answer: ECONNRESET');
    const { successRate, errorRate, measures, errors } = tally.summary({ users: 1, durationMs: 1_000 });
    expect({ successRate, errorRate, measures, errors }).toEqual({
      ...{ successRate: null, errorRate: null },
      measures: { 'read run': { count: 1, failed: 1, p50Ms: null, p95Ms: null, p99Ms: null, maxMs: null } },
      errors: [{ message: 'read run: no answer: ECONNRESET', count: 1 }],
    });
  });

  it('tells rates by journeys and requests, and errors most often first', () => {
    const tally = new LoadTally();
    for (let i = 0; i < 3; i++) {
      tally.took('start run', 1);
      tally.took('journey', 5);
      tally.failed('journey', 'journey: an event came twice');
    }
    tally.failed('journey', 'journey: HTTP 500');
    const rung = tally.summary({ users: 2, durationMs: 2_000 });
    expect(rung.successRate).toBeCloseTo(3 / 7, 10);
    expect([rung.runsPerSecond, rung.requestsPerSecond]).toEqual([1.5, 1.5]);
    expect(rung.errors.map(({ count }) => count)).toEqual([3, 1]);
  });

  it('takes the only value for every share', () => {
    expect([0, 0.5, 1].map((share) => nearestRank(Float64Array.of(7), share))).toEqual([7, 7, 7]);
  });
});
