// A worker dies at each of its failpoints, named places in the code, while runs go on on it and on another one.
import { amidACrowd } from './crowd.mjs';
import { pause } from './graphs.mjs';

export const about =
  'a worker dies at each named place between the claim of a run and its end, while runs go on';

/** Those of a worker (platform/failpoint.ts), with the most times that each is passed before it kills. */
const FAILPOINTS = {
  ...{ 'lease.after_register': 1, 'claim.before': 3, 'claim.after': 3, 'drive.begin': 20 },
  ...{ 'journal.before_append': 60, 'journal.in_append': 60, 'journal.after_append': 60 },
  ...{ 'park.before': 8, 'park.after': 8, 'control.before_ack': 3, 'control.after_ack': 3 },
};

export async function run({ arena, quick, random, say, check, figure }) {
  const active = quick ? 10 : 50;
  const chosen = Object.entries(FAILPOINTS).filter((_, at) => !quick || at % 4 === 1);
  const deaths = new Map();
  const disturb = async ({ workers, places, client, witness }) => {
    for (const [failpoint, most] of chosen) {
      await witness.look();
      await workers[0].end('SIGKILL');
      const nth = 1 + random.below(most);
      const doomed = arena.start({ ...doomedTo(`${failpoint}:kill:${nth}`, places), home: 'one' });
      const orders = giveOrders({ sql: arena.sql, client, isOver: () => doomed.child.signalCode !== null });
      deaths.set(failpoint, await deathOf(doomed));
      await orders;
      say(`${failpoint}, passed ${nth} times: ${deaths.get(failpoint)}`);
      workers[0] = await arena.worker({ ...places, home: 'one' });
    }
  };
  await amidACrowd({ arena, active, withTimers: true, check, figure }, disturb);
  const alive = [...deaths].filter(([, signal]) => signal !== 'SIGKILL').map(([failpoint]) => failpoint);
  check('it died at every failpoint', alive.length === 0, alive.join(', ') || `${deaths.size} failpoints`);
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
