// Kill -9 of the API while it takes runs, each with a key of its own; then every request is sent again.
import { allOver, checkJournals, first, witnessOf } from './journals.mjs';
import { begin, inPeace, pause, steps, upload } from './graphs.mjs';

export const about = 'the API dies by kill -9 while it takes runs; every request is sent again with its key';

const AT_ONCE = 12;

export async function run({ arena, quick, random, check, figure }) {
  const rounds = quick ? 3 : 20;
  await arena.worker({ home: 'worker', env: { MAX_CONCURRENT_RUNS: '40' } });
  const setting = { home: 'desk', env: { MAX_CONCURRENT_RUNS: '0' } };
  let desk = await arena.server(setting);
  let client = await arena.machine(desk.url);
  await upload(client, steps({ count: 3, latency: '20ms' }));
  const expected = await inPeace(client, 'steps');
  const witness = witnessOf(arena.sql);
  const answers = new Map();
  const [waits, different] = [[], []];
  let [accepted, unanswered] = [0, 0];
  for (let round = 1; round <= rounds; round++) {
    const keys = Array.from({ length: AT_ONCE }, (_, i) => `round-${round}-${i}`);
    const sent = keys.map((key) => ask(client, key).then((id) => id && answers.set(key, id)));
    await moment(sent, random);
    await desk.end('SIGKILL');
    await Promise.all(sent);
    const answered = keys.filter((key) => answers.has(key)).length;
    accepted += answered;
    unanswered += keys.length - answered;
    desk = await arena.server(setting);
    client = arena.client(desk.url, client.token);
    const began = performance.now();
    for (const [key, id] of await Promise.all(keys.map(async (key) => [key, await ask(client, key)]))) {
      if (id === null || (answers.has(key) && answers.get(key) !== id))
        different.push(`${key} ${answers.get(key)} ${id}`);
      else answers.set(key, id);
    }
    waits.push(performance.now() - began);
  }
  await allOver(arena.sql, { look: witness.look });
  const rows = await arena.sql('select id from run');
  const stored = new Set(rows.map(({ id }) => id));
  const gone = [...answers].filter(([, id]) => !stored.has(id));
  check('every run whose 202 was seen is there', gone.length === 0, first(gone.map(([key]) => key)));
  check('the same key is answered with the same run', different.length === 0, first(different));
  // One for the run in peace.
  check(
    'each key made one run',
    rows.length === answers.size + 1,
    `${rows.length - 1} runs for ${answers.size} keys`,
  );
  await checkJournals({ sql: arena.sql, witness, check, expected });
  check(
    'the kills fell among the answers: some came before, some never',
    accepted > 0 && unanswered > 0,
    `${accepted} came, ${unanswered} did not`,
  );
  figure('requests that were accepted before the kill', accepted);
  figure('requests that the kill left without an answer', unanswered);
  figure('longest time until a request that is sent again is answered', Math.max(...waits), 'ms');
}

/** Until one of the requests, whichever, is answered, and a little longer. */
async function moment(sent, random) {
  await sent[random.below(sent.length)];
  await pause(random.between(0, 20));
}

/** The id of the run; null without an answer, or with one that is none. */
async function ask(client, key) {
  const run = await begin(client, 'steps', { headers: { 'idempotency-key': key } }).catch(() => null);
  return run?.id ?? null;
}
