// SIGSTOP of a worker for longer than its lease, and SIGCONT when others have taken its runs.
import { allOver, checkJournals, first, journalsOf, witnessOf } from './journals.mjs';
import { beginMany, inPeace, steps, until, upload } from './graphs.mjs';

export const about =
  'a worker is frozen for longer than its lease; its runs go on elsewhere; it wakes up again';

export async function run({ arena, quick, say, check, figure }) {
  const count = quick ? 6 : 40;
  const places = { env: { MAX_CONCURRENT_RUNS: String(count) } };
  const desk = await arena.server({ env: { MAX_CONCURRENT_RUNS: '0' } });
  const frozen = await arena.worker({ ...places, home: 'frozen' });
  const client = await arena.machine(desk.url);
  await upload(client, steps({ count: 10, latency: '1s' }));
  const expected = await inPeace(client, 'steps');
  await beginMany(client, 'steps', count);
  const witness = witnessOf(arena.sql);
  await until(async () => (await runsBy(arena.sql, frozen.pid)).length === count, {
    what: 'all runs at one worker',
  });
  frozen.child.kill('SIGSTOP');
  const began = performance.now();
  const lost = (await runsBy(arena.sql, frozen.pid)).map(({ id }) => id);
  say(`froze a worker with ${lost.length} runs`);
  await witness.look();
  const other = await arena.worker({ ...places, home: 'other' });
  await until(async () => (await runsBy(arena.sql, frozen.pid)).length === 0, {
    what: 'the taking over of all runs',
  });
  figure('all its runs are at another worker after', (performance.now() - began) / 1_000, 's');
  await until(async () => lost.every(isTaken(await journalsOf(arena.sql))), {
    what: 'an event of each by the other',
  });
  frozen.child.kill('SIGCONT');
  check('it says itself that its lease ran out', await frozen.says(/the lease ran out/));
  await allOver(arena.sql, { look: witness.look });
  const journals = await witness.look();
  const late = lost.filter((id) => !ordered(journals.get(id)));
  check(
    'it writes nothing to them when it wakes up',
    late.length === 0,
    first(late) || `${lost.length} runs`,
  );
  await checkJournals({ sql: arena.sql, witness, check, expected });
  await until(async () => (await livePids(arena.sql)).includes(frozen.pid), { what: 'its new lease' });
  check(
    'it has a new lease and is of use again',
    frozen.child.exitCode === null && other.child.exitCode === null,
  );
}

const isTaken = (journals) => (id) => (journals.get(id)?.at(-1)?.epoch ?? 0) > 1;
const ordered = (events) => events.every(({ epoch }, at) => epoch >= (events[at - 1]?.epoch ?? 0));

export const runsBy = (sql, pid) =>
  sql(
    `select r.id, r.epoch from run r join worker w on w.id = r.worker_id where r.status = 'running' and w.pid = $1`,
    [pid],
  );

const livePids = async (sql) =>
  (await sql('select pid from worker where lease_until > clock_timestamp()')).map(({ pid }) => pid);
