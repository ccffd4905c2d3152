import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { RunFeed, type FeedHandlers } from './run-feed.js';

const event = (seq: number, type: JournalEvent['type'] = 'log'): JournalEvent =>
  ({ runId: 'r', seq, type, key: `k${seq}`, lane: 'run', attempt: 1, data: {} }) as unknown as JournalEvent;
const events = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => event(from + index));
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A server with this journal, whose pushes the test makes by hand and whose answers may fail. */
function scripted({ journal, failures = 0 }: { journal: JournalEvent[]; failures?: number }) {
  const asked: number[] = [];
  const subscriptions: number[] = [];
  let handlers: FeedHandlers | undefined;
  let left = failures;
  let stops = 0;
  return {
    asked,
    subscriptions,
    stops: () => stops,
    push: (pushed: JournalEvent[]) => handlers?.onEvents(pushed),
    handlers: () => handlers,
    ports: {
      runId: 'r',
      range: async ({ after, limit }: { after: number; limit: number }) => {
        asked.push(after);
        if (left-- > 0) throw new Error('no network');
        return journal.filter(({ seq }) => seq > after).slice(0, limit);
      },
      follow: (afterSeq: () => number, given: FeedHandlers) => {
        subscriptions.push(afterSeq());
        handlers = given;
        given.onConnection('live');
        return () => {
          stops += 1;
        };
      },
      schedule: (work: () => void) => void setTimeout(work, 0),
      wait: () => new Promise<void>((resolve) => setTimeout(resolve, 2)),
      now: () => 1_000,
    },
  };
}

const seqs = (feed: RunFeed) => feed.snapshot().events.map(({ seq }) => seq);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('RunFeed', () => {
  it('fetches what is known to exist and follows what comes after', async () => {
    const server = scripted({ journal: events(1, 2_500) });
    const feed = new RunFeed(server.ports, 2_500);
    feed.subscribe(() => {});
    await settle();
    server.push(events(2_501, 2_510));
    await settle();
    expect(seqs(feed)).toEqual(upTo(2_510));
    expect(server.asked).toEqual([0, 1_000, 2_000]);
    expect(server.subscriptions).toEqual([2_500]);
    expect(feed.snapshot().connection).toEqual({ state: 'live' });
  });

  it('shows every seq once, in order, when events come twice and out of order', async () => {
    const server = scripted({ journal: events(1, 9) });
    const feed = new RunFeed(server.ports);
    feed.subscribe(() => {});
    server.push([event(3), event(2)]);
    server.push([event(1), event(2), event(3)]);
    server.push([event(9)]);
    server.push(events(4, 6));
    await settle();
    expect(seqs(feed)).toEqual(upTo(9));
  });

  it('closes the gap that the server announces to a slow viewer', async () => {
    const server = scripted({ journal: events(1, 40) });
    const feed = new RunFeed(server.ports);
    feed.subscribe(() => {});
    server.push(events(1, 5));
    server.handlers()?.onKnown(40);
    await settle();
    expect(seqs(feed)).toEqual(upTo(40));
    expect(server.asked).toEqual([5]);
  });

  it('says that it is offline, keeps trying and ends complete', async () => {
    const server = scripted({ journal: events(1, 10), failures: 3 });
    const feed = new RunFeed(server.ports, 10);
    const states: string[] = [];
    feed.subscribe(() => states.push(feed.snapshot().connection.state));
    await settle();
    await settle();
    await settle();
    expect(states).toContain('offline');
    expect(seqs(feed)).toEqual(upTo(10));
    expect(feed.snapshot().connection).toEqual({ state: 'live' });
  });

  it('tells since when the line is down, and not anew with every failure', async () => {
    const server = scripted({ journal: [] });
    let now = 10;
    const feed = new RunFeed({ ...server.ports, now: () => now });
    feed.subscribe(() => {});
    server.handlers()?.onConnection('offline');
    now = 20;
    server.handlers()?.onConnection('offline');
    await settle();
    expect(feed.snapshot().connection).toEqual({ state: 'offline', since: 10 });
  });

  it('ends with the last event of the run and leaves the line', async () => {
    const server = scripted({ journal: [] });
    const feed = new RunFeed(server.ports);
    feed.subscribe(() => {});
    server.push([event(1), event(2, 'run.finished')]);
    await settle();
    expect(feed.snapshot().connection).toEqual({ state: 'ended' });
    expect(server.stops()).toBe(1);
  });

  it('does not open a line for a run whose journal is complete', async () => {
    const server = scripted({ journal: [event(1), event(2, 'run.finished')] });
    const feed = new RunFeed(server.ports, 2);
    const leave = feed.subscribe(() => {});
    await settle();
    leave();
    feed.subscribe(() => {});
    await settle();
    expect(server.subscriptions).toHaveLength(1);
    expect(seqs(feed)).toEqual([1, 2]);
  });

  it('gives up on events that were announced and do not exist', async () => {
    const server = scripted({ journal: events(1, 3) });
    const feed = new RunFeed(server.ports, 8);
    feed.subscribe(() => {});
    await settle();
    expect(seqs(feed)).toEqual([1, 2, 3]);
    expect(feed.snapshot().connection).toEqual({ state: 'live' });
  });

  it('goes on where it was after its page was left and opened again', async () => {
    const server = scripted({ journal: events(1, 6) });
    const feed = new RunFeed(server.ports, 3);
    feed.subscribe(() => {})();
    feed.subscribe(() => {});
    server.push(events(4, 6));
    await settle();
    expect(seqs(feed)).toEqual(upTo(6));
  });

  it('announces once a frame, however many frames the socket sends', async () => {
    const server = scripted({ journal: [] });
    const feed = new RunFeed(server.ports);
    let announcements = 0;
    feed.subscribe(() => {
      announcements += 1;
    });
    await settle();
    announcements = 0;
    for (const seq of upTo(50)) server.push([event(seq)]);
    await settle();
    expect(announcements).toBe(1);
    expect(feed.snapshot().count).toBe(50);
  });

  it('shows what a model is writing until its answer is an event', async () => {
    const server = scripted({ journal: [] });
    const feed = new RunFeed(server.ports);
    feed.subscribe(() => {});
    server.handlers()?.onToken({ key: 'k1', text: 'Hel' });
    server.handlers()?.onToken({ key: 'k1', text: 'lo' });
    await settle();
    expect([...feed.snapshot().writing]).toEqual([['k1', 'Hello']]);
    server.push([event(1, 'model.responded')]);
    await settle();
    expect(feed.snapshot().writing.size).toBe(0);
  });

  it('says why the server does not let it follow', async () => {
    const server = scripted({ journal: [] });
    const feed = new RunFeed(server.ports);
    feed.subscribe(() => {});
    server.handlers()?.onRefused('There is no such run');
    await settle();
    expect(feed.snapshot().connection).toEqual({ state: 'refused', message: 'There is no such run' });
  });
});
