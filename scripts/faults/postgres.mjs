// PostgreSQL stopped at once, as by a crash, and started again in the middle of many runs.
import { allOver, checkJournals, runsOf, witnessOf } from './journals.mjs';
import { begin, inParts, inPeace, pause, readyOf, steps, until, upload } from './graphs.mjs';

export const about = 'PostgreSQL is stopped with `immediate` and started again in the middle of runs';

export async function run({ arena, quick, random, say, check, figure }) {
  const count = quick ? 12 : 100;
  const server = await arena.server({ env: { MAX_CONCURRENT_RUNS: String(count / 2) } });
  const worker = await arena.worker({ home: 'worker', env: { MAX_CONCURRENT_RUNS: String(count / 2) } });
  const client = await arena.machine(server.url);
  await upload(client, steps({ latency: '400ms' }));
  const expected = await inPeace(client, 'steps');
  const begun = await inParts(count, 16, () => begin(client, 'steps'));
  const witness = witnessOf(arena.sql);
  await pause(random.between(500, 2_500));
  await witness.look();
  const [before] = await arena.sql(`select count(*)::integer as runs from run where status = 'running'`);
  say(`stopped with ${before.runs} runs under way`);
  const away = performance.now();
  await arena.cluster.crash();
  const times = { 503: [], 200: [] };
  const turns = (status, since) =>
    Promise.all(
      [server, worker].map(async ({ url }) => {
        await until(async () => (await readyOf(url)) === status, { what: `/ready with ${status}` });
        times[status].push(Math.round(performance.now() - since));
      }),
    );
  await turns(503, away);
  const refused = await client.post('/api/v1/runs/steps/execute/async', { vars: { who: 'you' } });
  check('a request meanwhile is refused and no run is promised', refused.status === 503, refused.body.code);
  await pause(quick ? 1_000 : 5_000);
  await arena.cluster.restart();
  await turns(200, performance.now());
  await allOver(arena.sql, { look: witness.look });
  const ids = new Set((await runsOf(arena.sql)).map(({ id }) => id));
  check(
    'every run whose 202 was seen is there',
    begun.every(({ id }) => ids.has(id)),
    `${begun.length} runs`,
  );
  check(
    'server and worker are the same processes',
    [server, worker].every(({ child }) => child.exitCode === null),
  );
  await checkJournals({ sql: arena.sql, witness, check, expected });
  // Both come about, or the scenario does not come to its end.
  figure('/ready answers 503 after (goal 3 s)', times[503], 'ms');
  figure('/ready answers 200 again after (goal 10 s)', times[200], 'ms');
  figure('runs under way when it was stopped', before.runs);
}
