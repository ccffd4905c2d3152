// Very many runs at once in one process, while others read.
import { allOver, checkJournals, witnessOf } from './journals.mjs';
import { beginMany, inPeace, pause, quantile, steps, upload } from './graphs.mjs';
import { memoryOf } from './ground.mjs';

export const about = 'a thousand runs of ten nodes are under way at once in one process';

export async function run({ arena, quick, check, figure }) {
  const count = quick ? 60 : 1_000;
  const desk = await arena.server({ env: { MAX_CONCURRENT_RUNS: '0', LOG_LEVEL: 'warn' } });
  const client = await arena.machine(desk.url);
  await upload(client, steps({ count: 10, latency: '3s' }));
  const witness = witnessOf(arena.sql);
  const asked = performance.now();
  await beginMany(client, 'steps', count);
  figure('the requests for them took', (performance.now() - asked) / 1_000, 's');
  // They wait until somebody has places, so that they are under way together however slow this machine is.
  const worker = await arena.worker({
    home: 'worker',
    env: { MAX_CONCURRENT_RUNS: String(count), LOG_LEVEL: 'warn' },
  });
  const began = performance.now();
  const watch = watchBoth({ arena, worker, client });
  await allOver(arena.sql);
  const seconds = (performance.now() - began) / 1_000;
  const seen = await watch.end();
  const expected = await inPeace(client, 'steps');
  await checkJournals({ sql: arena.sql, witness, check, expected });
  check('they were under way together', seen.most >= count * 0.9, `${seen.most} at once`);
  const { peakMb } = memoryOf(worker.pid);
  check('the worker holds less than 1 GB', peakMb < 1_024, `${peakMb} MB`);
  figure('from the first begin to the last end (30 s of it are waits)', seconds, 's');
  figure('event loop of the worker, 99th percentile of each second: median / worst', seen.lags, 'ms');
  figure('reading a list meanwhile, p50 / p95', seen.reads, 'ms');
  figure('memory of worker / server, most', [peakMb, memoryOf(desk.pid).peakMb], 'MB');
}

/** Asks how they are, once a second, as somebody would who watches it. */
function watchBoth({ arena, worker, client }) {
  const [lags, reads] = [[], []];
  const stop = new AbortController();
  let most = 0;
  const watch = async () => {
    while (!stop.signal.aborted) {
      const began = performance.now();
      await client.get('/api/v1/runs?limit=20');
      reads.push(performance.now() - began);
      const text = await (await fetch(`${worker.url}/metrics`)).text();
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
