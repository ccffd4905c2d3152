// A worker dies at each of the named places in the code, while runs go on on it and on another one.
import { amidACrowd } from './crowd.mjs';
import { pause } from './graphs.mjs';

export const about =
  'a worker dies at each named place between the claim of a run and its end, while runs go on';

/** With the most times that it is passed before it kills. */
const PLACES = {
  ...{ 'lease.after_register': 1, 'claim.before': 3, 'claim.after': 3, 'drive.begin': 20 },
  ...{ 'journal.before_append': 60, 'journal.in_append': 60, 'journal.after_append': 60 },
  ...{ 'park.before': 8, 'park.after': 8, 'control.before_ack': 3, 'control.after_ack': 3 },
};

export async function run({ arena, quick, random, say, check, figure }) {
  const active = quick ? 10 : 50;
  const places = Object.entries(PLACES).filter((_, at) => !quick || at % 4 === 1);
  const deaths = new Map();
  const disturb = async ({ workers, places: env, client, witness }) => {
    for (const [place, most] of places) {
      await witness.look();
      await workers[0].end('SIGKILL');
      const nth = 1 + random.below(most);
      const doomed = arena.start({ ...doomedTo(`${place}:kill:${nth}`, env), home: 'one' });
      const orders = giveOrders({ sql: arena.sql, client, isOver: () => doomed.child.signalCode !== null });
      deaths.set(place, await deathOf(doomed));
      await orders;
      say(`${place}, passed ${nth} times: ${deaths.get(place)}`);
      workers[0] = await arena.worker({ ...env, home: 'one' });
    }
  };
  await amidACrowd({ arena, active, withTimers: true, check, figure }, disturb);
  const alive = [...deaths].filter(([, signal]) => signal !== 'SIGKILL').map(([place]) => place);
  check('it died at every place', alive.length === 0, alive.join(', ') || `${deaths.size} places`);
}

const doomedTo = (failpoint, { env }) => ({ args: ['--worker'], env: { ...env, FAILPOINT: failpoint } });

const LIMIT_MS = 60_000;

/** By which signal it ended; null when it lives. */
async function deathOf({ child, exit }) {
  await Promise.race([exit, pause(LIMIT_MS)]);
  return child.signalCode;
}

/** Pauses runs and resumes them, so that there are orders to acknowledge; in the end nothing is left paused. */
async function giveOrders({ sql, client, isOver }) {
  const order = async (status, what) => {
    const runs = await sql('select id from run where status = $1 order by random() limit 5', [status]);
    // A run that has ended meanwhile, or was asked already, refuses.
    await Promise.all(
      runs.map(({ id }) => client.post(`/api/v1/user-testing/runs/${id}/control`, { action: what })),
    );
    return runs.length;
  };
  for (const began = performance.now(); !isOver() && performance.now() - began < LIMIT_MS; await pause(200)) {
    await order('running', 'pause');
    await order('paused', 'resume');
  }
  while ((await order('paused', 'resume')) > 0 || (await isAsked(sql))) await pause(200);
}

const isAsked = async (sql) =>
  (await sql(`select 1 from run where requested is not null and status = 'running' limit 1`)).length > 0;
