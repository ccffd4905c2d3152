// What was acknowledged, and whether it is still there. A witness reads the journals now and then: what it has seen was
// committed, so it must be there at the end, the same.

/** Sees events of all runs; each look compares with what was seen before. */
export function witnessOf(sql) {
  const seen = new Map();
  const lost = [];
  return {
    lost,
    count: () => [...seen.values()].reduce((sum, digests) => sum + digests.length, 0),
    async look() {
      const journals = await journalsOf(sql);
      for (const [run, digests] of seen) {
        const now = journals.get(run) ?? [];
        digests.forEach((digest, at) => {
          if (now[at]?.digest !== digest) lost.push(`${run} seq ${at + 1}`);
        });
      }
      for (const [run, events] of journals)
        seen.set(
          run,
          events.map(({ digest }) => digest),
        );
      return journals;
    },
  };
}

/** The events of every run by seq: {seq, digest, epoch, type, key}. */
export async function journalsOf(sql) {
  const rows = await sql(
    'select run_id, seq, digest, epoch, type, key, attempt from run_event order by run_id, seq',
  );
  const journals = new Map();
  for (const { run_id: run, ...event } of rows) journals.set(run, [...(journals.get(run) ?? []), event]);
  return journals;
}

/** What is wrong with journals by themselves: a gap, something twice, an older claim that wrote behind a newer one. */
export function faultsOf(journals) {
  const faults = [];
  for (const [run, events] of journals) {
    const said = new Set();
    events.forEach(({ seq, key, type, attempt, epoch }, at) => {
      if (seq !== at + 1) faults.push(`${run}: ${seq} stands where ${at + 1} should`);
      const what = `${key} ${type} ${attempt}`;
      // Control events of one run may repeat.
      if (said.has(what) && !type.startsWith('run.')) faults.push(`${run}: ${what} is there twice`);
      said.add(what);
      if (epoch < (events[at - 1]?.epoch ?? 0))
        faults.push(`${run}: ${seq} is of claim ${epoch}, behind a newer one`);
    });
  }
  return faults;
}

export const runsOf = (sql) =>
  sql(
    'select id, status, verdict, error, digest, verdict_digest, epoch, worker_id from run order by created_at, id',
  );

const isOver = ({ status }) => status === 'finished' || status === 'canceled';

/** Waits until every run is over, looking as it goes. Says what it waits for when nothing has moved for long. */
export async function allOver(sql, { look = async () => {}, quietMs = 120_000 } = {}) {
  let moved = performance.now();
  for (let before = ''; ;) {
    await look();
    const rows = await sql(
      'select status, count(*)::integer as runs, sum(max_seq)::integer as events from run group by 1',
    );
    if (rows.every(isOver)) return;
    const now = JSON.stringify(rows);
    if (now !== before) moved = performance.now();
    if (performance.now() - moved > quietMs) throw new Error(`nothing moves any more: ${now}`);
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The promises about journals that every scenario with faults has. */
export async function checkJournals({ sql, witness, check, expected }) {
  const journals = await witness.look();
  const faults = faultsOf(journals);
  check(
    'no acknowledged event is lost',
    witness.lost.length === 0,
    first(witness.lost) || `${witness.count()} events`,
  );
  check('none is there twice, none is missing, none is of an old claim', faults.length === 0, first(faults));
  if (!expected) return;
  const others = (await runsOf(sql)).filter(
    ({ digest, verdict_digest: verdict }) => digest !== expected.digest || verdict !== expected.verdictDigest,
  );
  check(
    'every run has the digests of one that was left in peace',
    others.length === 0,
    first(others.map(({ id, status, error }) => `${id} ${status} ${JSON.stringify(error)}`)) ||
      `${journals.size} runs`,
  );
}

export const first = (list) =>
  list.length === 0 ? '' : `${list.length}, such as ${list.slice(0, 3).join('; ')}`;
