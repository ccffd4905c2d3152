import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { LogView, type LogCriteria } from './log-view.js';
import type { FeedSnapshot } from './run-feed.js';

const make = (seq: number, type: string, data: object = {}, lane = 'handle'): JournalEvent =>
  ({ seq, type, data, lane, key: `${lane}/turn[1]`, attempt: 1 }) as unknown as JournalEvent;

function source(events: JournalEvent[]) {
  const listeners = new Set<() => void>();
  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => ({ events, count: events.length }) as unknown as FeedSnapshot,
    grow: (...more: JournalEvent[]) => {
      events.push(...more);
      for (const listener of listeners) listener();
    },
  };
}

const journal = () => [
  make(1, 'run.started', { vars: { city: 'Lisbon' } }, 'run'),
  make(2, 'tool.called', { tool: 'lookup_order', args: { id: 'W1' } }),
  make(3, 'tool.failed', { error: { code: 'tool/error', message: 'order not found' } }),
  make(4, 'assertion.evaluated', { verdict: 'failed', node: 'classify' }, 'verdict'),
  make(5, 'assertion.evaluated', { verdict: 'passed' }, 'verdict'),
];
const still = { schedule: () => {}, now: () => 0 };
function fits(criteria: LogCriteria) {
  const events = journal();
  return new LogView(source(events), { criteria, pace: still })
    .snapshot()
    .rows.map((row) => events[row]?.seq);
}

describe('LogView', () => {
  it('finds text in payloads, keys and types, whatever the case', () => {
    expect(fits({ q: 'LISBON' })).toEqual([1]);
    expect(fits({ q: 'turn[1]' })).toEqual([1, 2, 3, 4, 5]);
    expect(fits({ q: 'tool.called' })).toEqual([2]);
  });

  it('takes a family of types or a single type', () => {
    expect(fits({ type: 'tool' })).toEqual([2, 3]);
    expect(fits({ type: 'tool.failed' })).toEqual([3]);
  });

  it('counts a check to the node that it is of', () => {
    expect(fits({ node: 'classify' })).toEqual([4]);
    expect(fits({ node: 'handle' })).toEqual([2, 3]);
  });

  it('keeps to what went wrong when only problems are asked for', () => {
    expect(fits({ problemsOnly: true })).toEqual([3, 4]);
  });

  it('joins its criteria by and', () => {
    expect(fits({ type: 'tool', q: 'order not found' })).toEqual([3]);
  });

  it('grows with the journal and looks at each event once', () => {
    const feed = source(journal());
    const view = new LogView(feed, { criteria: { type: 'tool' }, pace: still });
    view.subscribe(() => {});
    feed.grow(make(6, 'log'), make(7, 'tool.returned', { tool: 'x' }));
    expect(view.snapshot()).toEqual({ rows: [1, 2, 6], count: 3, isScanning: false });
  });

  it('spreads a long scan over frames', () => {
    const frames: (() => void)[] = [];
    let clock = 0;
    const many = Array.from({ length: 1_000 }, (_, index) => make(index + 1, 'log'));
    const pace = { schedule: (work: () => void) => void frames.push(work), now: () => (clock += 5) };
    const view = new LogView(source(many), { criteria: {}, pace });
    expect(view.snapshot().isScanning).toBe(true);
    while (frames.length > 0) frames.shift()?.();
    expect(view.snapshot()).toMatchObject({ count: 1_000, isScanning: false });
  });
});
