// Orders to runs whose model calls are in flight: stop closes their sockets, pause lets nothing more go out.
import '../jest/typescript.mjs';
import { asks, beginMany, inPeace, pause, quantile, until, upload } from './graphs.mjs';
import { first, journalsOf, runsOf } from './journals.mjs';

const { fakeOpenai } = await import('../../backend/testkit/src/fake-providers.ts');

export const about = 'runs are stopped, paused and resumed while their model calls are in flight';

export async function run({ arena, quick, check, figure }) {
  const count = quick ? 4 : 20;
  const provider = await startProvider();
  try {
    const env = {
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: `${provider.url}/v1`,
      MAX_CONCURRENT_RUNS: '32',
    };
    // The order goes to a process that does not drive the runs.
    const desk = await arena.server({ env: { ...env, MAX_CONCURRENT_RUNS: '0' } });
    await arena.worker({ home: 'worker', env });
    const client = await arena.machine(desk.url);
    await upload(client, asks({ count: 3 }));
    const expected = await inPeace(client, 'asks');
    await stopped({ arena, client, provider, count, check, figure });
    await paused({ arena, client, provider, count, expected, check, figure });
  } finally {
    await provider.close();
  }
}

/** Answers at once, or holds all answers until they are let go. */
async function startProvider() {
  let gate = Promise.resolve();
  let letGo = () => {};
  const server = await fakeOpenai(async () => (await gate, { text: 'It is done.' }));
  return {
    url: server.url,
    requests: server.requests,
    /** The call in which somebody is named. */
    callOf: (who) => server.requests.find(({ text }) => text.includes(`for ${who}"`)),
    hold: () => void (gate = new Promise((resolve) => (letGo = resolve))),
    letGo: () => letGo(),
    close: () => (letGo(), server.close()),
  };
}

async function stopped({ arena, client, provider, count, check, figure }) {
  provider.hold();
  const runs = await beginMany(client, 'asks', count, (index) => ({ who: `stopped-${index}` }));
  const times = [];
  for (const [index, { id }] of runs.entries()) {
    const call = await until(() => provider.callOf(`stopped-${index}`), { what: 'a call of the run' });
    const began = performance.now();
    const closed = call.hungUp.then(() => times.push(performance.now() - began));
    await control(client, id, 'stop');
    await closed;
  }
  provider.letGo();
  const ids = new Set(runs.map(({ id }) => id));
  const rows = () => runsOf(arena.sql).then((all) => all.filter(({ id }) => ids.has(id)));
  await until(async () => (await rows()).every(({ status }) => status === 'canceled'), {
    what: 'the end of all',
  });
  check('stop closes the sockets of calls in flight', times.length === count, `${count} runs`);
  figure('stop to closed socket (goal 500 ms), p50 / max', [quantile(times, 0.5), quantile(times, 1)], 'ms');
}

async function paused({ arena, client, provider, count, expected, check, figure }) {
  provider.hold();
  const before = provider.requests.length;
  const runs = await beginMany(client, 'asks', count);
  await until(() => provider.requests.length === before + count, { what: 'a call of each run' });
  await Promise.all(runs.map(({ id }) => control(client, id, 'pause')));
  await until(async () => (await viewsOf(client, runs)).every(({ requested }) => requested === 'pause'));
  provider.letGo();
  await until(async () => (await viewsOf(client, runs)).every(({ status }) => status === 'paused'), {
    what: 'the pause',
  });
  await pause(1_000);
  const calls = provider.requests.length - before;
  check('after a pause no model call goes out', calls === count, `${calls} calls of ${count} runs`);
  const journals = await journalsOf(arena.sql);
  const behind = runs.filter(({ id }) => journals.get(id).at(-1).type !== 'run.paused');
  check('the journal ends with the pause', behind.length === 0, first(behind.map(({ id }) => id)));
  await Promise.all(runs.map(({ id }) => control(client, id, 'resume')));
  await until(async () => (await viewsOf(client, runs)).every(({ status }) => status === 'finished'), {
    what: 'the end',
  });
  const others = (await viewsOf(client, runs)).filter(
    ({ digest, verdictDigest }) => digest !== expected.digest || verdictDigest !== expected.verdictDigest,
  );
  check(
    'resumed, each has the digests of a run without a pause',
    others.length === 0,
    first(others.map(({ id }) => id)),
  );
  figure('runs paused and resumed', count);
}

const viewsOf = (client, runs) =>
  Promise.all(runs.map(async ({ id }) => (await client.get(`/api/v1/runs/${id}`)).body));

const control = async (client, id, action) => {
  const answer = await client.post(`/api/v1/user-testing/runs/${id}/control`, { action });
  if (answer.status !== 202)
    throw new Error(`${action}: HTTP ${answer.status} ${JSON.stringify(answer.body)}`);
};
