// The clock of a worker moves by an hour, forth and back, while it drives runs: by libfaketime where that is to be had, else by a
// preload of our own. What measures durations goes on as before.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { allOver, checkJournals, witnessOf } from './journals.mjs';
import { begin, beginMany, inPeace, steps, timer, until, upload } from './graphs.mjs';
import { runsBy } from './frozen.mjs';

export const about = 'the clock of a worker moves by an hour, forth and back, while it drives runs';

const HOUR_S = 3_600;

export async function run({ arena, quick, say, check, figure }) {
  const waitS = quick ? 6 : 15;
  const mover = moverIn(arena.folder);
  say(`the clock is moved by ${mover.name}`);
  figure('the clock is moved by', mover.name);
  const desk = await arena.server({ env: { MAX_CONCURRENT_RUNS: '0' } });
  const client = await arena.machine(desk.url);
  await upload(client, steps({ count: 20, latency: '500ms' }));
  await upload(client, timer({ wait: `${waitS}s` }));
  for (const [name, seconds] of [
    ['forth', HOUR_S],
    ['back', -HOUR_S],
  ])
    await moved({ arena, client, mover, waitS, name, seconds, quick, check });
}

async function moved({ arena, client, mover, waitS, name, seconds, quick, check }) {
  mover.move(0);
  const [worker, other] = [
    await arena.worker({ home: `moved-${name}`, ...mover.options }),
    // So few that it cannot take them all.
    await arena.worker({ home: `other-${name}`, env: { MAX_CONCURRENT_RUNS: quick ? '3' : '8' } }),
  ];
  const expected = await inPeace(client, 'steps');
  const witness = witnessOf(arena.sql);
  const runs = await beginMany(client, 'steps', quick ? 6 : 20);
  const began = Date.now();
  const sleeping = await begin(client, 'timer');
  await until(async () => (await stateOf(arena.sql, sleeping.id)).status === 'waiting', { what: 'the wait' });
  await until(async () => (await runsBy(arena.sql, worker.pid)).length > 0, { what: 'runs of the worker' });
  const before = await runsBy(arena.sql, other.pid);
  mover.move(seconds);
  await until(() => mover.hasMoved(worker, seconds), { what: 'the move of the clock' });
  // What the other one has may not be taken, and a run that begins now must not wait for an hour either.
  const late = await begin(client, 'timer');
  const lateAt = Date.now();
  const ended = async ({ id }) => (await stateOf(arena.sql, id)).status === 'finished';
  await until(() => ended(sleeping), { limitMs: 240_000, what: 'the end of the wait' });
  const slept = (Date.now() - began) / 1_000;
  await until(() => ended(late), { limitMs: 240_000, what: 'the end of the later wait' });
  const lateSlept = (Date.now() - lateAt) / 1_000;
  await allOver(arena.sql, { look: witness.look });
  const epochs = await Promise.all(runs.map(async ({ id }) => (await stateOf(arena.sql, id)).epoch));
  check(
    `${name}: no run changes hands`,
    epochs.every((epoch) => epoch === 1),
    `${runs.length} runs, ${before.length} of the other`,
  );
  const [least, most] = [Math.min(slept, lateSlept), Math.max(slept, lateSlept)];
  check(`${name}: no timer fires early`, least >= waitS, `${least.toFixed(1)} s for ${waitS} s`);
  check(`${name}: nor an hour late`, most < HOUR_S / 4, `${most.toFixed(1)} s`);
  await checkSteps({ arena, runs, expected, name, check });
  await checkJournals({ sql: arena.sql, witness, check });
  await Promise.all([worker, other].map(({ end }) => end('SIGKILL')));
}

async function checkSteps({ arena, runs, expected, name, check }) {
  const rows = await Promise.all(runs.map(({ id }) => stateOf(arena.sql, id)));
  check(
    `${name}: every run has the digests of one that was left in peace`,
    rows.every(({ digest }) => digest === expected.digest),
  );
}

const stateOf = async (sql, id) =>
  (await sql('select status, epoch, digest from run where id = $1', [id]))[0];

/** Whether a process says that it is another time by about so much. */
async function saysTime({ url }, seconds) {
  const response = await fetch(`${url}/health`);
  await response.text();
  const offMs = Date.parse(response.headers.get('date')) - Date.now();
  return Math.abs(offMs - seconds * 1_000) < 60_000;
}

const INSTALLED = ['/usr/lib/*/faketime/libfaketimeMT.so.1', '/usr/local/lib/faketime/libfaketimeMT.so.1'];

function moverIn(folder) {
  const file = path.join(folder, 'clock');
  const named = process.env.FAULTS_LIBFAKETIME;
  const library = named && existsSync(named) ? named : globSync(INSTALLED)[0];
  const move = (seconds) => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  if (!library)
    return {
      ...{ name: 'a preload of our own (libfaketime is not installed)', move },
      // Node tells the time of an answer by itself, past the preload.
      hasMoved: (_, seconds) =>
        existsSync(`${file}.is`) && Number(readFileSync(`${file}.is`, 'utf8')) === seconds,
      options: {
        env: { FAULTS_CLOCK: file },
        node: ['--import', path.join(import.meta.dirname, 'moved-clock.mjs')],
      },
    };
  const env = {
    ...{ LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' },
    ...{ DONT_FAKE_MONOTONIC: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
  };
  return { name: 'libfaketime', move, hasMoved: saysTime, options: { env } };
}
