// Very many viewers of one run that another process drives; each is cut off again and again. The viewers are in processes of
// their own, so that none of them has more sockets than it can serve.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { beginMany, quantile, steps, upload } from './graphs.mjs';
import { memoryOf } from './ground.mjs';
import { checkJournals, witnessOf } from './journals.mjs';

export const about = 'a thousand viewers follow one run that another process drives, each cut off five times';

const SOCKETS = 250;
const CUTS = 5;

export async function run({ arena, quick, check, figure }) {
  const count = quick ? 40 : 1_000;
  const desk = await arena.server({ env: { MAX_CONCURRENT_RUNS: '0', LOG_LEVEL: 'warn' } });
  const client = await arena.machine(desk.url);
  await upload(client, steps({ count: quick ? 20 : 60, latency: '200ms' }));
  const around = { arena, desk, client, count, check, figure };
  const witness = witnessOf(arena.sql);
  const last = await watched({ ...around, name: 'one run', runs: 1 });
  // So slow and so early that who comes back late still finds something to be cut off from.
  await upload(client, steps({ count: quick ? 20 : 60, latency: '800ms' }));
  const cutAfter = Array.from({ length: CUTS }, (_, i) => Math.floor(((i + 1) * last) / (CUTS + 3)));
  await watched({ ...around, name: 'one run, cut off five times', runs: 1, cutAfter });
  // Four events a step of 0.4 s: 1,000 a second.
  await upload(client, steps({ count: quick ? 20 : 60, latency: '400ms' }));
  await watched({ ...around, name: 'a hundred runs at once', runs: quick ? 4 : 100 });
  await checkJournals({ sql: arena.sql, witness, check });
  figure('memory of the server, most', memoryOf(desk.pid).peakMb, 'MB');
}

/** Runs that wait until all their viewers are there, and then are driven by another process. Answers with the last seq of one. */
async function watched({ arena, desk, client, count, name, runs, cutAfter = [], check, figure }) {
  const begun = await beginMany(client, 'steps', runs);
  const order = { url: desk.url, token: client.token, runIds: begun.map(({ id }) => id), cutAfter };
  const began = performance.now();
  const crowds = await Promise.all(sizesOf(count).map((viewers) => startCrowd({ ...order, viewers })));
  figure(`${name}: ${count} viewers connected after`, (performance.now() - began) / 1_000, 's');
  const worker = await arena.worker({ home: 'worker', env: { MAX_CONCURRENT_RUNS: String(runs) } });
  check(`${name}: another process drives`, worker.pid !== desk.pid);
  const results = await Promise.all(crowds.map(async (lines) => JSON.parse((await lines.next()).value)));
  await worker.end('SIGTERM');
  const lasts = await arena.sql('select id, max_seq as last from run where id = any($1::uuid[])', [
    order.runIds,
  ]);
  tell({
    name,
    count,
    cutAfter,
    results,
    lasts: new Map(lasts.map(({ id, last }) => [id, last])),
    check,
    figure,
  });
  return lasts[0].last;
}

const sizesOf = (count) =>
  Array.from({ length: Math.ceil(count / SOCKETS) }, (_, i) => Math.min(SOCKETS, count - i * SOCKETS));

/** A process with viewers, when all of them are connected. */
async function startCrowd(order) {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'viewer-crowd.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.end(JSON.stringify(order));
  await lines.next();
  return lines;
}

function tell({ name, count, cutAfter, results, lasts, check, figure }) {
  const all = results.flatMap(({ seen }) => seen);
  const wrong = all.filter(
    ({ runId, events, twice, missing }) => events !== lasts.get(runId) || twice > 0 || missing > 0,
  );
  const sum = all.reduce((events, viewer) => events + viewer.events, 0);
  const cuts = all.reduce((total, viewer) => total + viewer.cuts, 0);
  check(
    `${name}: every viewer gets every event once`,
    all.length === count && wrong.length === 0,
    wrong.length > 0
      ? JSON.stringify(wrong.slice(0, 3))
      : `${sum} events to ${all.length} viewers, ${cuts} cuts`,
  );
  if (cutAfter.length > 0)
    check(`${name}: each is cut off that often`, cuts === count * cutAfter.length, `${cuts} cuts`);
  const delays = results.flatMap((result) => result.delays);
  const shares = [0.5, 0.95, 0.99].map((share) => quantile(delays, share));
  figure(`${name}: event to viewer, p50 / p95 / p99`, shares, 'ms');
  const events = [...lasts.values()].reduce((total, last) => total + last, 0);
  figure(`${name}: events a second`, events / Math.max(...results.map(({ seconds }) => seconds)));
}
