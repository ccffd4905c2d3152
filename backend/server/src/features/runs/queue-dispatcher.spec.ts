import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { Config } from '../../platform/config/index.js';
import { Log } from '../../platform/logging/index.js';
import { Metrics } from '../../platform/telemetry/index.js';
import { QueueDispatcher } from './queue-dispatcher.js';
import type { DriveOutcome } from './run-dispatcher.js';
import type { RunFeed } from './run-feed.js';
import type { ClaimedRun, RunQueueRepository } from './run-queue.repository.js';
import type { RunSignals } from './run-signals.js';
import type { WorkerLease } from './worker-lease.js';

const runOf = (epoch: number) => ({ runId: 'run', tenantId: 'tenant', epoch, requested: null }) as ClaimedRun;

/** A dispatcher beside a database that says what this worker holds, and drives that end when they are told to. */
function dispatching() {
  const [queued, released]: [ClaimedRun[], number[]] = [[], []];
  const ends = new Map<number, (outcome: DriveOutcome) => void>();
  const aborted: number[] = [];
  let held: ClaimedRun[] = [];
  let beat = () => {};
  const queue = {
    takeUp: async () => [],
    heldBy: async () => held,
    length: async () => queued.length,
    claim: async () => {
      const claimed = queued.splice(0);
      if (claimed.length > 0) held = claimed;
      return claimed;
    },
    release: async ({ epoch }: ClaimedRun) => void released.push(epoch),
  };
  const lease = { id: 'worker', hold: async (holder: { beat(): void }) => void ({ beat } = holder) };
  const dispatcher = new QueueDispatcher(
    queue as unknown as RunQueueRepository,
    lease as unknown as WorkerLease,
    { changed: () => {}, heard: () => {} } as unknown as RunFeed,
    { onPoke: () => {}, poke: () => {} } as unknown as RunSignals,
    { maxConcurrentRuns: 4 } as Config,
    new Metrics(),
    new Log(pino({ level: 'silent' })),
  );
  const drive = ({ epoch }: ClaimedRun, { signal }: { signal: AbortSignal }) =>
    new Promise<DriveOutcome>((resolve) => {
      signal.addEventListener('abort', () => aborted.push(epoch));
      ends.set(epoch, resolve);
    });
  return {
    ...{ dispatcher, drive, ends, released, aborted },
    async beats() {
      beat();
      for (let turn = 0; turn < 5; turn++) await nextTurn();
    },
    queues: (epoch: number) => void queued.push(runOf(epoch)),
  };
}

describe('a run that was lost and comes back to the same worker', () => {
  it('goes on undisturbed when what was lost of it comes to its end late', async () => {
    const { dispatcher, drive, ends, released, aborted, beats, queues } = dispatching();
    await dispatcher.work(drive);
    queues(1);
    await beats();
    // Another worker had epoch 2; the lease of that one has run out.
    queues(3);
    await beats();
    expect([...ends.keys()]).toEqual([1, 3]);
    ends.get(1)!('yield');
    await beats();
    await beats();
    expect(aborted).toEqual([1]);
    expect(released.filter((epoch) => epoch === 3)).toEqual([]);
    expect(dispatcher.load().active).toBe(1);
  });
});
