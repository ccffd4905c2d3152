// Very many runs at once in one process, while others read.
import { allOver, checkJournals, witnessOf } from './journals.mjs';
import { beginMany, inPeace, pause, quantile, steps, upload } from './graphs.mjs';
import { memoryOf } from './ground.mjs';

export const about = 'a thousand runs of ten nodes are under way at once in one process';

export async function run({ arena, quick, check, figure }) {
  const count = quick ? 60 : 1_000;
  const server = await arena.server({ env: { MAX_CONCURRENT_RUNS: String(count), LOG_LEVEL: 'warn' } });
  const client = await arena.machine(server.url);
  await upload(client, steps({ count: 10, latency: '2s' }));
  const expected = await inPeace(client, 'steps');
  const witness = witnessOf(arena.sql);
  const began = performance.now();
  const watch = watchServer({ arena, client });
  await beginMany(client, 'steps', count);
  figure('the requests for them took', (performance.now() - began) / 1_000, 's');
  await allOver(arena.sql);
  const seconds = (performance.now() - began) / 1_000;
  const seen = await watch.end();
  await checkJournals({ sql: arena.sql, witness, check, expected });
  const waits = await arena.sql(
    `select extract(epoch from started_at - created_at) * 1000 as ms from run where started_at is not null`,
  );
  const ms = waits.map((row) => Number(row.ms));
  check('they were under way together', seen.most >= count * 0.9, `${seen.most} at once`);
  check(
    'the server holds less than 1 GB',
    memoryOf(server.pid).peakMb < 1_024,
    `${memoryOf(server.pid).peakMb} MB`,
  );
  figure('from the first request to the last end', seconds, 's');
  figure('event loop, 99th percentile of each second: median / worst', seen.lags, 'ms');
  figure('reading a list meanwhile, p50 / p95', seen.reads, 'ms');
  figure('queued to started, p50 / p99', [quantile(ms, 0.5), quantile(ms, 0.99)], 'ms');
  figure('memory of the server, most', memoryOf(server.pid).peakMb, 'MB');
}

/** Asks how the server is, once a second, as somebody would who watches it. */
function watchServer({ arena, client }) {
  const [lags, reads] = [[], []];
  const stop = new AbortController();
  let most = 0;
  const watch = async () => {
    while (!stop.signal.aborted) {
      const began = performance.now();
      await client.get('/api/v1/runs?limit=20');
      reads.push(performance.now() - began);
      const text = (await client.get('/metrics')).body;
      lags.push(Number(/^eventloop_lag_seconds (\S+)$/m.exec(text)?.[1] ?? 0) * 1_000);
      const [{ runs }] = await arena.sql(
        `select count(*)::integer as runs from run where status = 'running'`,
      );
      most = Math.max(most, runs);
      await pause(1_000);
    }
    const told = (values, shares) => shares.map((share) => quantile(values, share));
    return { most, lags: told(lags, [0.5, 1]), reads: told(reads, [0.5, 0.95]) };
  };
  const watched = watch();
  return { end: () => (stop.abort(), watched) };
}
