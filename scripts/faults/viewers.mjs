// Very many viewers of one run that another process drives; each is cut off again and again. The viewers are in processes of
// their own, so that none of them has more sockets than it can serve.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { begin, quantile, steps, upload } from './graphs.mjs';
import { memoryOf } from './ground.mjs';
import { checkJournals, witnessOf } from './journals.mjs';

export const about = 'a thousand viewers follow one run that another process drives, each cut off five times';

const SOCKETS = 250;
const CUTS = 5;

export async function run({ arena, quick, check, figure }) {
  const count = quick ? 40 : 1_000;
  const desk = await arena.server({ env: { MAX_CONCURRENT_RUNS: '0', LOG_LEVEL: 'warn' } });
  const client = await arena.machine(desk.url);
  await upload(client, steps({ count: quick ? 40 : 100, latency: '200ms' }));
  const witness = witnessOf(arena.sql);
  const runs = { left: await begin(client, 'steps'), cut: await begin(client, 'steps') };
  const left = await watchedBy({ arena, desk, client, count, runId: runs.left.id, cutAfter: [] });
  const worker = await arena.worker({ home: 'worker', env: { MAX_CONCURRENT_RUNS: '1' } });
  await told({ sql: arena.sql, name: 'left alone', crowd: left, runId: runs.left.id, count, check, figure });
  const [{ last }] = await arena.sql('select max_seq as last from run where id = $1', [runs.left.id]);
  const cutAfter = Array.from({ length: CUTS }, (_, i) => Math.floor(((i + 1) * last) / (CUTS + 1)));
  const cut = await watchedBy({ arena, desk, client, count, runId: runs.cut.id, cutAfter });
  await told({
    sql: arena.sql,
    name: 'cut off five times',
    crowd: cut,
    runId: runs.cut.id,
    count,
    check,
    figure,
  });
  await checkJournals({ sql: arena.sql, witness, check });
  figure('memory of the server, most', `${memoryOf(desk.pid).peakMb} MB`);
  check('the worker was another process', worker.pid !== desk.pid && worker.child.exitCode === null);
}

/** Processes with viewers of a run, connected. */
async function watchedBy({ desk, client, count, runId, cutAfter }) {
  const sizes = Array.from({ length: Math.ceil(count / SOCKETS) }, (_, i) =>
    Math.min(SOCKETS, count - i * SOCKETS),
  );
  const began = performance.now();
  const crowds = await Promise.all(
    sizes.map(async (viewers) => {
      const order = { url: desk.url, token: client.token, runId, viewers, cutAfter };
      const child = spawn(process.execPath, [path.join(import.meta.dirname, 'viewer-crowd.mjs')], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      child.stdin.end(JSON.stringify(order));
      await lines.next();
      return lines;
    }),
  );
  return { crowds, connectedMs: performance.now() - began };
}

async function told({ sql, name, crowd, runId, count, check, figure }) {
  const results = await Promise.all(
    crowd.crowds.map(async (lines) => JSON.parse((await lines.next()).value)),
  );
  const all = results.flatMap(({ seen }) => seen);
  const [{ last }] = await sql('select max_seq as last from run where id = $1', [runId]);
  const wrong = all.filter(({ events, twice, missing }) => events !== last || twice > 0 || missing > 0);
  const sum = all.reduce((events, viewer) => events + viewer.events, 0);
  check(
    `${name}: every viewer gets every event once`,
    all.length === count && wrong.length === 0,
    wrong.length > 0
      ? JSON.stringify(wrong.slice(0, 3))
      : `${sum} events to ${all.length} viewers, ${last} each`,
  );
  const cuts = all.reduce((total, viewer) => total + viewer.cuts, 0);
  const delays = results.flatMap((result) => result.delays);
  figure(`${name}: cuts`, cuts);
  figure(`${name}: all connected after`, `${(crowd.connectedMs / 1_000).toFixed(1)} s`);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => Math.round(quantile(delays, share)));
  figure(`${name}: event to viewer, p50 / p95 / p99`, `${p50} / ${p95} / ${p99} ms`);
}
