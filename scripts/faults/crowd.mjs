// A crowd of runs that go on all the time, some of which pay, and what has to hold of them whoever dies meanwhile.
import { begin, inParts, inPeace, pause, pays, steps, timer, upload } from './graphs.mjs';
import { allOver, checkJournals, first, runsOf, witnessOf } from './journals.mjs';
import { startToolServer } from './tool-server.mjs';

/**
 * Keeps `active` runs under way while `disturb` does what it does to `workers`, two of them; then all have to end as one that
 * was left in peace, nothing is lost or twice, and no run pays twice.
 */
export async function amidACrowd({ arena, active, withTimers = false, check, figure }, disturb) {
  const tools = await startToolServer({ delayMs: 60 });
  try {
    const desk = await arena.server({ env: { MAX_CONCURRENT_RUNS: '0' } });
    const places = { env: { MAX_CONCURRENT_RUNS: String(active) } };
    const workers = [
      await arena.worker({ ...places, home: 'one' }),
      await arena.worker({ ...places, home: 'two' }),
    ];
    const client = await arena.machine(desk.url);
    const graphs = {
      ...{ steps: steps({ latency: '150ms' }), pays: pays({ url: tools.url }) },
      ...(withTimers && { timer: timer({ wait: '1500ms' }) }),
    };
    const peace = {};
    for (const [name, source] of Object.entries(graphs)) {
      await upload(client, source);
      peace[name] = await inPeace(client, name);
    }
    const crowd = keepBusy({ sql: arena.sql, client, active, graphs: Object.keys(graphs) });
    const witness = witnessOf(arena.sql);
    await crowd.full;
    await disturb({ workers, places, client, witness });
    await crowd.stop();
    await allOver(arena.sql, { look: witness.look });
    await checkJournals({ sql: arena.sql, witness, check });
    await checkEnds({ arena, crowd, peace, check, figure });
    checkPayments({ tools, crowd, check, figure });
  } finally {
    await tools.close();
  }
}

/** Keeps so many runs under way: those that are over are followed by others. */
function keepBusy({ sql, client, active, graphs }) {
  const begun = new Map();
  const stop = new AbortController();
  const fill = async () => {
    const [{ runs }] = await sql(
      `select count(*)::integer as runs from run where status in ('queued', 'running')`,
    );
    const fresh = await beginMany(client, graphs, Math.max(0, active - runs));
    for (const { id, graph } of fresh) begun.set(id, graph);
  };
  const full = fill();
  const keep = async () => {
    for (await full; !stop.signal.aborted; await pause(300)) await fill();
  };
  const kept = keep();
  return { begun, full, stop: () => (stop.abort(), kept) };
}

let turn = 0;
const beginMany = (client, graphs, count) =>
  inParts(count, 16, async () => {
    const graph = graphs[turn++ % graphs.length];
    return { graph, id: (await begin(client, graph)).id };
  });

async function checkEnds({ arena, crowd, peace, check, figure }) {
  const rows = (await runsOf(arena.sql)).filter(({ id }) => crowd.begun.has(id));
  check('every run whose 202 was seen is there', rows.length === crowd.begun.size, `${rows.length} runs`);
  const unknown = rows.filter(({ error }) => error?.code === 'tool/unknown-outcome');
  const others = rows.filter(
    (row) =>
      !unknown.includes(row) &&
      (row.digest !== peace[crowd.begun.get(row.id)].digest || row.verdict !== 'passed'),
  );
  check(
    'every run ends with the digest of one that was left in peace',
    others.length === 0,
    first(others.map(({ id, verdict, error }) => `${id} ${verdict} ${JSON.stringify(error)}`)),
  );
  check(
    'but those that cannot know whether they have paid, and say so',
    unknown.every(({ id, verdict }) => crowd.begun.get(id) === 'pays' && verdict === 'errored'),
    `${unknown.length} runs`,
  );
  figure('runs', rows.length);
  figure('runs that were taken up once or more', rows.filter(({ epoch }) => epoch > 1).length);
}

function checkPayments({ tools, crowd, check, figure }) {
  const payments = tools.calls('/pay');
  const sum = [...payments.values()].reduce((all, times) => all + times, 0);
  const twice = [...payments].filter(([, times]) => times > 1);
  check(
    'a tool with a side effect is never called twice',
    twice.length === 0,
    first(twice.map(([key]) => key)),
  );
  // One for the run in peace.
  const runs = [...crowd.begun.values()].filter((graph) => graph === 'pays').length + 1;
  check(
    'nor for more runs than there are',
    sum <= runs && !payments.has('none'),
    `${sum} payments, ${runs} runs`,
  );
  figure('payments', sum);
}
