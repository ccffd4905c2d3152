// W5: a server and its workers as whole processes: how soon a run begins that nothing is in the way of, a thousand runs at once, a
// thousand viewers, ten thousand parked runs. The scenarios of `pnpm faults`, for their figures.
import { openGround } from '../faults/ground.mjs';
import { begin, pause, quantile, steps, upload } from '../faults/graphs.mjs';
import { judge } from '../faults/judge.mjs';

const SCENARIOS = ['thousand-runs', 'viewers', 'parked'];

export async function* serverFigures({ root, quick }) {
  const ground = await openGround({ root });
  try {
    yield* rowsOf({ ground, name: 'calm', scenario: { run: calm }, quick });
    for (const name of SCENARIOS)
      yield* rowsOf({ ground, name, scenario: await import(`../faults/${name}.mjs`), quick });
  } finally {
    await ground.close();
  }
}

async function* rowsOf({ ground, name, scenario, quick }) {
  const { kept, figures } = await judge({ name, scenario, ground, seed: 1, quick });
  if (!kept) throw new Error(`the scenario ${name} did not keep its promises`);
  for (const { what, value, unit } of figures) yield { metric: `${name}: ${what}`, value, unit };
}

/** Runs that come one by one, ten a second. */
async function calm({ arena, quick, check, figure }) {
  const server = await arena.server({ env: { MAX_CONCURRENT_RUNS: '32', LOG_LEVEL: 'warn' } });
  const client = await arena.machine(server.url);
  await upload(client, steps({ count: 10, latency: '50ms' }));
  for (let i = 0; i < (quick ? 20 : 300); i++) {
    await begin(client, 'steps');
    await pause(100);
  }
  await pause(2_000);
  // The first ones find nothing warm.
  const rows = await arena.sql(
    `select extract(epoch from started_at - created_at) * 1000 as ms from run order by created_at offset 10`,
  );
  const ms = rows.map((row) => Number(row.ms));
  check(
    'all have begun',
    ms.every((wait) => wait >= 0),
    `${ms.length} runs`,
  );
  figure('queued to started, p50 / p99', [quantile(ms, 0.5), quantile(ms, 0.99)], 'ms');
}
