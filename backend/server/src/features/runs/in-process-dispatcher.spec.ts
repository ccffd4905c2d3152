import { describe, expect, it } from '@jest/globals';
import { InProcessDispatcher } from './in-process-dispatcher.js';
import type { DriveOutcome, RunTicket } from './run-dispatcher.js';

const ticket = (runId: string, tenantId = 't1'): RunTicket => ({ runId, tenantId });
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A drive whose runs end when the test says so. */
function scriptedDrive() {
  const started: string[] = [];
  const ends = new Map<string, (outcome: DriveOutcome) => void>();
  const drive = ({ runId }: RunTicket, { signal }: { signal: AbortSignal }) =>
    new Promise<DriveOutcome>((resolve) => {
      started.push(runId);
      ends.set(runId, resolve);
      signal.addEventListener('abort', () => resolve('yield'));
    });
  const end = async (runId: string, outcome: DriveOutcome = 'done') => {
    ends.get(runId)?.(outcome);
    await soon();
  };
  return { drive, started, end };
}

describe('the in-process dispatcher', () => {
  it('drives at most as many runs at once as it may, and lets the others wait', async () => {
    const dispatcher = new InProcessDispatcher({ concurrency: 2 });
    const { drive, started, end } = scriptedDrive();
    dispatcher.work(drive);
    for (const id of ['a', 'b', 'c']) await dispatcher.dispatch(ticket(id));
    expect(started).toEqual(['a', 'b']);
    expect(dispatcher.load()).toEqual({ queued: 1, active: 2 });
    await end('a');
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('gives a group more places, or fewer, while its runs wait', async () => {
    const dispatcher = new InProcessDispatcher({ concurrency: 9 });
    const { drive, started, end } = scriptedDrive();
    dispatcher.work(drive);
    const group = { id: 'experiment', limit: 1 };
    for (const id of ['a', 'b', 'c', 'd']) await dispatcher.dispatch(ticket(id), { group });
    expect(started).toEqual(['a']);
    dispatcher.resize({ id: 'experiment', limit: 2 });
    expect(started).toEqual(['a', 'b']);
    dispatcher.resize({ id: 'experiment', limit: 1 });
    await end('a');
    expect(started).toEqual(['a', 'b']);
    // One that comes back takes its place by the limit that holds now.
    await end('b', 'yield');
    expect([started, dispatcher.load().active]).toEqual([['a', 'b', 'c'], 1]);
  });

  it('keeps runs that come before it works', async () => {
    const dispatcher = new InProcessDispatcher({ concurrency: 2 });
    const { drive, started } = scriptedDrive();
    await dispatcher.dispatch(ticket('a'));
    dispatcher.work(drive);
    expect(started).toEqual(['a']);
  });

  it('holds a group to its limit while other groups go on', async () => {
    const dispatcher = new InProcessDispatcher({ concurrency: 10 });
    const { drive, started, end } = scriptedDrive();
    dispatcher.work(drive);
    const group = { id: 'experiment', limit: 1 };
    for (const id of ['a', 'b']) await dispatcher.dispatch(ticket(id), { group });
    await dispatcher.dispatch(ticket('c'));
    expect(started).toEqual(['a', 'c']);
    await end('a');
    expect(started).toEqual(['a', 'c', 'b']);
  });

  it('serves tenants in turn, however many runs one of them queues', async () => {
    const dispatcher = new InProcessDispatcher({ concurrency: 1 });
    const { drive, started, end } = scriptedDrive();
    for (const id of ['a1', 'a2', 'a3']) await dispatcher.dispatch(ticket(id, 'a'));
    await dispatcher.dispatch(ticket('b1', 'b'));
    dispatcher.work(drive);
    for (const id of ['a1', 'b1', 'a2']) await end(id);
    expect(started).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  it('puts a higher priority first, and keeps the order of equals', async () => {
    const dispatcher = new InProcessDispatcher({ concurrency: 1 });
    const { drive, started, end } = scriptedDrive();
    await dispatcher.dispatch(ticket('low1'));
    await dispatcher.dispatch(ticket('low2'));
    await dispatcher.dispatch(ticket('high'), { priority: 5 });
    dispatcher.work(drive);
    for (const id of ['high', 'low1']) await end(id);
    expect(started).toEqual(['high', 'low1', 'low2']);
  });

  it('drives a run once however often it is dispatched meanwhile, and again after it is done', async () => {
    const dispatcher = new InProcessDispatcher({ concurrency: 2 });
    const { drive, started, end } = scriptedDrive();
    dispatcher.work(drive);
    await dispatcher.dispatch(ticket('a'));
    await dispatcher.dispatch(ticket('a'));
    expect(started).toEqual(['a']);
    await end('a');
    await dispatcher.dispatch(ticket('a'));
    expect(started).toEqual(['a', 'a']);
  });

  it('drives a run again that yields, and a parked one when it is poked', async () => {
    const dispatcher = new InProcessDispatcher({ concurrency: 1 });
    const { drive, started, end } = scriptedDrive();
    dispatcher.work(drive);
    await dispatcher.dispatch(ticket('a'));
    await end('a', 'yield');
    expect(started).toEqual(['a', 'a']);
    await end('a', { parked: { wakeAt: new Date(Date.now() + 60_000) } });
    expect(started).toEqual(['a', 'a']);
    await dispatcher.poke(ticket('a'));
    expect(started).toEqual(['a', 'a', 'a']);
  });

  it('reports a drive that throws and goes on with the next run', async () => {
    const errors: string[] = [];
    const dispatcher = new InProcessDispatcher({
      concurrency: 1,
      onError: (error, { runId }) => errors.push(`${runId}: ${String(error)}`),
    });
    await dispatcher.dispatch(ticket('a'));
    await dispatcher.dispatch(ticket('b'));
    dispatcher.work(({ runId }) =>
      runId === 'a' ? Promise.reject(new Error('broken')) : Promise.resolve('done'),
    );
    await soon();
    expect(errors).toEqual(['a: Error: broken']);
    expect(dispatcher.load()).toEqual({ queued: 0, active: 0 });
  });

  it('waits for what runs when it stops, then aborts it, and takes nothing new', async () => {
    const dispatcher = new InProcessDispatcher({ concurrency: 1 });
    const { drive, started, end } = scriptedDrive();
    const work = dispatcher.work(drive);
    await dispatcher.dispatch(ticket('a'));
    await dispatcher.dispatch(ticket('b'));
    const stopped = work.stop(10_000);
    await end('a');
    await stopped;
    expect(started).toEqual(['a']);

    const again = dispatcher.work(drive);
    expect(started).toEqual(['a', 'b']);
    await again.stop(1);
    expect(dispatcher.load().active).toBe(0);
  });
});
