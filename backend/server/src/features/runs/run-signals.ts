import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { z } from 'zod';
import { TenantDatabase } from '../../platform/database/index.js';
import { newId } from '../../platform/ids.js';
import { Log } from '../../platform/logging/index.js';
import { type PublishedNotice, RunFeed } from './run-feed.js';
import { RunsRepository } from './runs.repository.js';
import { jsonOrNull } from '../../platform/json-or-null.js';

const Entry = z.union([
  z.tuple([z.literal('events'), z.string(), z.string(), z.int()]),
  z.tuple([z.literal('changed'), z.string(), z.string(), z.boolean()]),
  z.tuple([z.enum(['decided', 'requested']), z.string()]),
  z.tuple([z.literal('poke')]),
]);
type Entry = z.infer<typeof Entry>;
/** Who says it, and what; of a later version some of it may be unknown, which is no harm. */
const Message = z.object({ from: z.string(), said: z.array(Entry) });

/** Postgres takes less than 8,000 bytes in a notice. */
const MAX_PAYLOAD = 7_500;
const PAGE = 500;

/**
 * What the processes tell each other about runs: small notices that name what changed. They are gathered while one is on
 * its way, so a busy process sends few of them. Of a run that somebody here looks at, the journal is read once for all.
 */
@Injectable()
export class RunSignals implements OnApplicationBootstrap {
  private readonly me = newId();
  private readonly log: Log;
  private readonly pokes = new Set<() => void>();
  private readonly unsaid = new Map<string, Entry>();
  private saying = false;
  /** Runs whose journal is being read here, and how far it is known to go. */
  private readonly reading = new Map<string, number>();

  constructor(
    private readonly database: TenantDatabase,
    private readonly feed: RunFeed,
    private readonly runs: RunsRepository,
    log: Log,
  ) {
    this.log = log.named('signals');
    feed.publishTo((notice) => this.publish(notice));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.database.notices.listen({
      heard: (payload) => this.heard(payload),
      missed: () => {
        this.feed.missed();
        for (const listener of this.pokes) listener();
      },
    });
  }

  /** The queue may have something for others. */
  poke(): void {
    this.say('poke', ['poke']);
  }

  /** Calls the listener when the queue may have something for us. */
  onPoke(listener: () => void): void {
    this.pokes.add(listener);
  }

  private publish(notice: PublishedNotice): void {
    const { kind, runId } = notice;
    if (kind === 'events') this.say(`${kind} ${runId}`, [kind, notice.tenantId, runId, notice.maxSeq]);
    else if (kind === 'changed')
      this.say(`${kind} ${runId}`, [kind, notice.tenantId, runId, notice.isWaiting ?? false]);
    else this.say(`${kind} ${runId}`, [kind, runId]);
  }

  private say(key: string, entry: Entry): void {
    this.unsaid.set(key, entry);
    if (!this.saying) void this.sayAll();
  }

  private async sayAll(): Promise<void> {
    this.saying = true;
    // What is learned in one turn of the event loop goes together.
    await Promise.resolve();
    while (this.unsaid.size > 0) {
      const payloads = payloadsOf(this.me, [...this.unsaid.values()]);
      this.unsaid.clear();
      await this.database.notices
        .say(payloads)
        .catch((error: unknown) => this.log.debug('a notice was lost', { error }));
    }
    this.saying = false;
  }

  private heard(payload: string): void {
    const message = Message.safeParse(jsonOrNull(payload));
    if (!message.success || message.data.from === this.me) return;
    for (const entry of message.data.said) this.take(entry);
  }

  private take(entry: Entry): void {
    switch (entry[0]) {
      case 'poke':
        for (const listener of this.pokes) listener();
        return;
      case 'events':
        return this.grew({ tenantId: entry[1], runId: entry[2], maxSeq: entry[3] });
      case 'changed':
        return this.feed.heard({ kind: entry[0], tenantId: entry[1], runId: entry[2], isWaiting: entry[3] });
      default:
        return this.feed.heard({ kind: entry[0], runId: entry[1] });
    }
  }

  /** Reads what was written elsewhere, when somebody here follows the run. */
  private grew(notice: { tenantId: string; runId: string; maxSeq: number }): void {
    const { runId, tenantId, maxSeq } = notice;
    if (!this.feed.isFollowed(runId)) return;
    const isReading = this.reading.has(runId);
    this.reading.set(runId, Math.max(maxSeq, this.reading.get(runId) ?? 0));
    if (isReading) return;
    this.read(notice)
      // Whoever follows it reads the journal for itself then.
      .catch(() => this.feed.heard({ kind: 'changed', runId, tenantId }))
      .finally(() => this.reading.delete(runId));
  }

  private async read({ tenantId, runId, maxSeq }: { tenantId: string; runId: string; maxSeq: number }) {
    const known = this.feed.lastSeq(runId);
    // Memory that is far behind is begun anew; who needs what lies between reads it.
    let after = known !== undefined && maxSeq - known <= PAGE ? known : maxSeq - 1;
    while (after < (this.reading.get(runId) ?? 0) && this.feed.isFollowed(runId)) {
      const events = await this.runs.events(tenantId, runId, { after, limit: PAGE });
      const last = events.at(-1);
      if (!last) return;
      this.feed.arrived({ runId, tenantId, events });
      after = last.seq;
    }
  }
}

function payloadsOf(from: string, entries: readonly Entry[]): string[] {
  const payloads: string[] = [];
  let said: Entry[] = [];
  let bytes = 0;
  const close = () => {
    if (said.length > 0) payloads.push(JSON.stringify({ from, said }));
    [said, bytes] = [[], from.length + 32];
  };
  close();
  for (const entry of entries) {
    const size = JSON.stringify(entry).length + 1;
    if (bytes + size > MAX_PAYLOAD) close();
    said.push(entry);
    bytes += size;
  }
  close();
  return payloads;
}
