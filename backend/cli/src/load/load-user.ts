import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalEvent, RunView } from '@rehearse/contracts';
import { type LoadClient, LoadFailure } from './load-client.js';
import type { Journey } from './load-options.js';
import type { LoadTally, Measure } from './load-tally.js';

interface Surroundings {
  client: LoadClient;
  journey: Journey;
  tally: LoadTally;
  /** Ends what is under way. */
  signal: AbortSignal;
}

/**
 * One user: starts a run, watches it to its end with all its viewers and reads it meanwhile; then the next one, until the time
 * is over. A journey is well when every answer was, the run came to its end, and every viewer had each event once.
 */
export async function beUser(around: Surroundings, { untilMs }: { untilMs: number }): Promise<void> {
  const { journey, signal } = around;
  while (performance.now() < untilMs && !signal.aborted) {
    await makeJourney(around);
    if (journey.thinkMs > 0) await sleep(journey.thinkMs, undefined, { signal }).catch(() => undefined);
  }
}

async function makeJourney(around: Surroundings): Promise<void> {
  const { journey, tally } = around;
  const startedAt = performance.now();
  try {
    const run = await startRun(around);
    const viewers = Array.from({ length: journey.viewers }, () => view(around, run.id));
    const reads = Array.from({ length: journey.reads }, () => read(around, run.id));
    const done = await Promise.allSettled([...viewers, ...reads]);
    for (const one of done) if (one.status === 'rejected') throw one.reason;
    await readEnded(around, run.id);
    tally.took('journey', performance.now() - startedAt);
  } catch (error) {
    tally.failed('journey', `journey: ${(error as Error).message}`);
  }
}

async function startRun(around: Surroundings): Promise<RunView> {
  const { client, journey, signal } = around;
  const { graph, vars } = journey;
  const { run } = await measured(around, 'start run', () =>
    client.json<{ run: RunView }>({
      ...{ method: 'POST', route: `runs/${encodeURIComponent(graph)}/execute/async`, signal },
      body: { vars, offline: true },
    }),
  );
  return run;
}

async function read(around: Surroundings, runId: string): Promise<void> {
  const { client, signal } = around;
  await measured(around, 'read run', () => client.json({ route: `runs/${runId}`, signal }));
  const route = 'user-testing/runs/history?limit=20';
  await measured(around, 'read history', () => client.json({ route, signal }));
}

/** What the server itself says of a run that its viewers saw to its end. */
async function readEnded(around: Surroundings, runId: string): Promise<void> {
  const { client, tally, signal } = around;
  const run = await measured(around, 'read run', () =>
    client.json<RunView>({ route: `runs/${runId}`, signal }),
  );
  if (run.status !== 'finished') throw new LoadFailure(`the run is ${run.status}`);
  if (run.verdict === 'errored')
    throw new LoadFailure(`the run errored: ${run.error?.code ?? 'of no error'}`);
  if (run.startedAt !== null)
    tally.took('queued to started', Math.max(0, Date.parse(run.startedAt) - Date.parse(run.createdAt)));
}

/** Follows one run to its end; comes back behind the last event when the connection ends early. */
async function view(around: Surroundings, runId: string): Promise<void> {
  const { client, signal, tally } = around;
  const seen = new Sequence();
  await measured(around, 'follow run', async () => {
    while (!seen.isOver) {
      const before = seen.last;
      await client.follow({ runId, afterSeq: seen.last, signal }, (event) => {
        seen.take(event);
        tally.took('event to viewer', Math.max(0, Date.now() - Date.parse(event.at)));
      });
      if (!seen.isOver && seen.last === before) throw new LoadFailure('the stream ended before the run');
    }
    tally.sawEvents(seen.last);
  });
}

/** Every seq once and in order, or a failure. */
class Sequence {
  last = 0;
  isOver = false;

  take({ seq, type }: JournalEvent): void {
    if (seq !== this.last + 1)
      throw new LoadFailure(seq <= this.last ? 'an event came twice' : 'an event did not come');
    this.last = seq;
    this.isOver = type === 'run.finished' || type === 'run.canceled';
  }
}

async function measured<T>({ tally }: Surroundings, measure: Measure, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    const answer = await work();
    tally.took(measure, performance.now() - startedAt);
    return answer;
  } catch (error) {
    tally.failed(measure, `${measure}: ${(error as Error).message}`);
    throw error;
  }
}
