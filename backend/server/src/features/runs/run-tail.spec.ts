import type { JournalEvent } from '@rehearse/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RunFeed } from './run-feed.js';
import { RunTail, type TailItem } from './run-tail.js';

const runId = 'run';
const tenantId = 'tenant';
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

function event(seq: number, type = 'log'): JournalEvent {
  return { runId, seq, type } as unknown as JournalEvent;
}

/** A journal that grows when the test says so, read in pages of 3. */
function journalOf() {
  const feed = new RunFeed();
  const events: JournalEvent[] = [];
  const grow = (count: number, last = 'log') => {
    const added = Array.from({ length: count }, (_, i) =>
      event(events.length + i + 1, i === count - 1 ? last : 'log'),
    );
    events.push(...added);
    feed.appended({ runId, tenantId, events: added });
  };
  const read = async (afterSeq: number) => {
    const page = events.slice(afterSeq, afterSeq + 3);
    await soon();
    return { events: page, ended: events.at(-1)?.type === 'run.finished' };
  };
  return { feed, grow, read, events };
}

function tailOf(
  journal: ReturnType<typeof journalOf>,
  options: { afterSeq?: number; signal?: AbortSignal } = {},
) {
  return new RunTail({
    runId,
    afterSeq: options.afterSeq ?? 0,
    feed: journal.feed,
    read: journal.read,
    signal: options.signal ?? new AbortController().signal,
    heartbeatMs: 5_000,
    frameMs: 0,
  });
}

async function seqsOf(items: AsyncIterable<TailItem>): Promise<number[]> {
  const seqs: number[] = [];
  for await (const item of items) if (item.kind === 'events') seqs.push(...item.events.map(({ seq }) => seq));
  return seqs;
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('a viewer of a run', () => {
  it('gets the backlog in pages and ends after the last event', async () => {
    const journal = journalOf();
    journal.grow(10, 'run.finished');
    expect(await seqsOf(tailOf(journal).items())).toEqual(upTo(10));
  });

  it('gets nothing twice that arrives while the backlog is read', async () => {
    const journal = journalOf();
    journal.grow(4);
    const seqs = seqsOf(tailOf(journal).items());
    await soon();
    journal.grow(4);
    await soon();
    journal.grow(2, 'run.finished');
    expect(await seqs).toEqual(upTo(10));
  });

  it('goes on behind the seq that it names', async () => {
    const journal = journalOf();
    journal.grow(10, 'run.finished');
    expect(await seqsOf(tailOf(journal, { afterSeq: 6 }).items())).toEqual([7, 8, 9, 10]);
  });

  it('gets every seq exactly once, however the journal grows and wherever it reconnects', async () => {
    const growth = fc.array(
      fc.record({ count: fc.integer({ min: 1, max: 7 }), waits: fc.nat(3), cut: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(growth, async (steps) => {
        const journal = journalOf();
        const seen: number[] = [];
        let cut = new AbortController();
        const view = async (): Promise<void> => {
          cut = new AbortController();
          const seqs = await seqsOf(
            tailOf(journal, { afterSeq: seen.at(-1) ?? 0, signal: cut.signal }).items(),
          );
          seen.push(...seqs);
          if (seen.at(-1) !== journal.events.length || journal.events.at(-1)?.type !== 'run.finished')
            await view();
        };
        const viewer = view();
        for (const [index, step] of steps.entries()) {
          journal.grow(step.count, index === steps.length - 1 ? 'run.finished' : 'log');
          for (let i = 0; i < step.waits; i++) await soon();
          if (step.cut) cut.abort();
        }
        await viewer;
        expect(seen).toEqual(upTo(journal.events.length));
        expect(journal.feed.listeners()).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves out a range when it is told to, and names it', async () => {
    const journal = journalOf();
    const tail = tailOf(journal);
    const items = tail.items();
    journal.grow(2);
    await items.next();
    const waiting = items.next();
    await soon();
    journal.grow(5);
    expect(tail.skip()).toEqual({ afterSeq: 2, toSeq: 7 });
    journal.grow(1, 'run.finished');
    expect((await waiting).value).toMatchObject({ events: [{ seq: 8 }] });
    expect(tail.skip()).toBeNull();
  });

  it('passes tokens on as they come, and beats when nothing happens', async () => {
    const journal = journalOf();
    const tail = new RunTail({
      runId,
      afterSeq: 0,
      feed: journal.feed,
      read: journal.read,
      signal: new AbortController().signal,
      heartbeatMs: 1,
      frameMs: 0,
    });
    const items = tail.items();
    const first = items.next();
    expect((await first).value).toEqual({ kind: 'heartbeat' });
    journal.feed.token({ runId, key: 'handle/turn[1]', text: 'Hel' });
    expect((await items.next()).value).toEqual({ kind: 'token', key: 'handle/turn[1]', text: 'Hel' });
    await items.return();
    expect(journal.feed.listeners()).toBe(0);
  });
});

describe('the run feed', () => {
  it('remembers the newest events of a run without a gap, and says so when it cannot', () => {
    const feed = new RunFeed();
    feed.appended({ runId, tenantId, events: [event(5), event(6)] });
    expect(feed.recent(runId, 4)?.map(({ seq }) => seq)).toEqual([5, 6]);
    expect(feed.recent(runId, 5)?.map(({ seq }) => seq)).toEqual([6]);
    expect(feed.recent(runId, 3)).toBeUndefined();
    feed.appended({ runId, tenantId, events: [event(9)] });
    expect(feed.recent(runId, 5)).toBeUndefined();
    expect(feed.recent('another', 0)).toBeUndefined();
  });

  it('tells a tenant of its own runs alone', () => {
    const feed = new RunFeed();
    const changed: string[] = [];
    const leave = feed.followTenant(tenantId, (id) => changed.push(id));
    feed.changed({ runId, tenantId });
    feed.changed({ runId: 'foreign', tenantId: 'other' });
    leave();
    feed.changed({ runId, tenantId });
    expect(changed).toEqual([runId]);
  });
});
