// SIGTERM of a server with runs, viewers and requests under way; then a second one that nobody waits for.
import { allOver, checkJournals, first, runsOf, witnessOf } from './journals.mjs';
import { beginMany, inParts, inPeace, readyOf, steps, until, upload } from './graphs.mjs';
import { viewRun } from './viewer.mjs';

export const about =
  'a server is asked to go while it has runs, viewers and requests under way, once and twice';

export async function run({ arena, quick, say, check, figure }) {
  const [count, viewers] = quick ? [8, 10] : [50, 200];
  const env = { MAX_CONCURRENT_RUNS: String(count + 10) };
  const going = await arena.server({ home: 'going', env });
  const client = await arena.machine(going.url);
  await upload(client, steps({ name: 'short', count: 10, latency: '400ms' }));
  await upload(client, steps({ name: 'long', count: 30, latency: '1s' }));
  const expected = { short: await inPeace(client, 'short') };
  const witness = witnessOf(arena.sql);
  const half = count / 2;
  const begun = [...(await beginMany(client, 'short', half)), ...(await beginMany(client, 'long', half))];
  const crowd = Array.from({ length: viewers }, (_, index) =>
    viewRun({ url: going.url, token: client.token, runId: begun[half + (index % half)].id }),
  );
  await until(() => crowd.every(({ seen }) => seen.events > 0), { what: 'an event for each viewer' });
  await witness.look();
  const requests = keepAsking({ url: going.url, token: client.token });
  const awaited = inParts(4, 4, () => inPeace(client, 'short')).catch(() => []);
  const all = count + 5;
  await until(async () => (await runsOf(arena.sql)).length === all, {
    what: 'the runs that somebody waits for',
  });
  const began = performance.now();
  going.child.kill('SIGTERM');
  const notReady = until(async () => (await readyOf(going.url)) !== 200, { everyMs: 5 });
  await notReady;
  figure('/ready says 503 after', performance.now() - began, 'ms');
  const code = await going.exit;
  const seconds = (performance.now() - began) / 1_000;
  const answers = await requests.end();
  const inTime = await awaited;
  check('who waits for the end of a run is answered with it', inTime.length === 4, `${inTime.length} of 4`);
  for (const viewer of crowd) viewer.close();
  await checkGone({ arena, code, seconds, answers, begun, say, check, figure });
  const next = await arena.server({ home: 'next', env });
  await allOver(arena.sql, { look: witness.look });
  await checkJournals({ sql: arena.sql, witness, check });
  await checkEnds({ arena, client: arena.client(next.url, client.token), begun, half, expected, check });
  await hurried({ arena, next, client, check, figure });
}

async function checkGone({ arena, code, seconds, answers, begun, check, figure }) {
  check('it ends with 0', code === 0, `exit code ${code}`);
  check('within 25 s', seconds <= 25, `${seconds.toFixed(1)} s`);
  const rows = (await runsOf(arena.sql)).filter(({ id }) => begun.some((run) => run.id === id));
  const held = rows.filter(({ status }) => status === 'running');
  const ended = rows.filter(({ status }) => status === 'finished').length;
  check(
    'its runs have ended or are handed back',
    held.length === 0,
    `${ended} ended, ${rows.length - ended} handed back`,
  );
  check(
    'no request that was accepted fails',
    answers.failed.length === 0,
    first(answers.failed) || `${answers.well} answered, ${answers.refused} refused in order`,
  );
  figure('SIGTERM to exit', seconds, 's');
}

async function checkEnds({ arena, client, begun, half, expected, check }) {
  expected.long = await inPeace(client, 'long');
  const ends = new Map((await runsOf(arena.sql)).map((row) => [row.id, row]));
  const others = begun.filter(
    ({ id }, index) => ends.get(id)?.digest !== expected[index < half ? 'short' : 'long'].digest,
  );
  check(
    'every run ends as one that was left in peace',
    others.length === 0,
    first(others.map(({ id }) => id)),
  );
}

async function hurried({ arena, next, client, check, figure }) {
  const other = arena.client(next.url, client.token);
  await beginMany(other, 'long', 4);
  await until(async () => (await runsOf(arena.sql)).some(({ status }) => status === 'running'));
  next.child.kill('SIGTERM');
  await until(async () => (await readyOf(next.url)) !== 200);
  const began = performance.now();
  await next.end('SIGTERM');
  const ms = Math.round(performance.now() - began);
  check('a second SIGTERM ends it within a second', ms <= 1_000, `${ms} ms`);
  figure('second SIGTERM to exit', ms, 'ms');
}

/**
 * Reads over and over on connections of its own, up to some refusals, as a balancer would have it: what was asked until then
 * has to be answered, or refused in order.
 */
function keepAsking({ url, token, atOnce = 8 }) {
  const answers = { well: 0, refused: 0, failed: [] };
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${token}` };
  const one = async () => {
    while (!stop.signal.aborted && answers.failed.length === 0 && answers.refused < atOnce) await askOnce();
  };
  async function askOnce() {
    const response = await fetch(`${url}/api/v1/runs?limit=20`, { headers }).catch((error) => error);
    if (response instanceof Error) {
      answers.failed.push(String(response.cause ?? response));
      return;
    }
    const text = await response.text().catch((error) => `cut off: ${error}`);
    if (response.status === 200 && text.endsWith('}')) answers.well += 1;
    else if (response.status === 503) answers.refused += 1;
    else answers.failed.push(`HTTP ${response.status} ${text.slice(0, 200)}`);
  }
  const all = Promise.all(Array.from({ length: atOnce }, one));
  return { end: () => (stop.abort(), all.then(() => answers)) };
}
