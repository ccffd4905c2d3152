// W2 durable: the graphs of W2 on PostgreSQL with fsync, every event kept, by the writer that the server has. "Before the next node":
// a model call goes out when all before it is on disk. "By the run's end": the journal is on disk when the run has ended.
import '../jest/typescript.mjs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { MODEL, clock, shapes } from './graphs.mjs';
import { repeated } from './measure.mjs';
import { beside } from './peers.mjs';

const { startTestCluster } =
  await import('../../backend/server/src/platform/database/testing/test-cluster.ts');

const { query } = await import('../../backend/server/src/platform/database/testing/sql.ts');

const WAYS = [
  { how: 'before the next node', concurrency: 16, eachNode: true, peers: { langgraph: 'sync' }, runs: 1_000 },
  { how: 'before the next node', concurrency: 1, eachNode: true, peers: { langgraph: 'sync' }, runs: 200 },
  {
    how: "by the run's end",
    concurrency: 16,
    eachNode: false,
    peers: { langgraph: 'exit', mastra: false },
    runs: 1_000,
  },
];

export async function* graphsOnDisk(around) {
  const { engine, graphs } = await shapes(around);
  // All of PostgreSQL's own durability.
  const cluster = await startTestCluster({});
  const store = await openStore(around, cluster.addresses);
  try {
    for (const { name, nodes, graph } of graphs) {
      const graphVersionId = await store.graphVersion(name);
      await settle({
        engine,
        graph,
        graphVersionId,
        store,
        eachNode: false,
        url: cluster.addresses.DATABASE_URL,
      });
      for (const way of WAYS) {
        const runs = around.quick ? 40 : way.runs;
        const how = { ...way, engine, graph, graphVersionId, nodes, runs, store };
        const { rate } = await repeated(around.repeats, () => many(how));
        const peers = await peersOf(around, {
          ...way,
          shape: name,
          runs,
          url: cluster.addresses.DATABASE_URL,
        });
        const metric = `${name}, durable ${way.how}, ${way.concurrency} at once`;
        yield { metric, value: rate, unit: 'nodes/s', peers };
      }
    }
    yield { metric: 'rows of events a node (seq20)', value: await store.rowsPerNode(20), unit: '' };
  } finally {
    await store.close();
    await cluster.stop();
  }
}

/** The other tools on the same PostgreSQL, in schemas of their own. */
function peersOf({ peers, repeats }, { shape, runs, concurrency, url, peers: { langgraph, mastra = true } }) {
  const wanted = peers.graphs.filter(({ name }) => name !== 'Mastra' || mastra);
  return beside(wanted, { shape, runs, concurrency, repeats, store: 'pg', url, durability: langgraph });
}

async function many({ runs, nodes, concurrency, ...how }) {
  for (let i = 0; i < Math.min(20, runs); i++) await runOnDisk(how);
  const start = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (; next < runs; next++) await runOnDisk(how);
    }),
  );
  return { rate: (runs * nodes) / ((performance.now() - start) / 1_000) };
}

/** As many runs as PostgreSQL waits for, and the statistics that it would take of them within a minute. */
async function settle(how) {
  await many({ ...how, nodes: 1, runs: 60, concurrency: 16 });
  await query(how.url, 'analyze');
}

/** From the row of a run to its end on disk. */
async function runOnDisk({ engine, graph, graphVersionId, eachNode, store }) {
  const claim = await store.begin(graphVersionId);
  const folder = engine.runFolder(engine.namedContracts(graph), engine.nodeTypesOf(graph));
  let durable = Promise.resolve();
  const append = (events) => {
    for (const event of events) folder.push(event);
    const isOver = events.at(-1)?.type === 'run.finished';
    const written = store.writer.append({
      ...{ ...claim, events: [...events] },
      final: isOver ? store.finalState(folder.view()) : null,
    });
    durable = written;
    return written;
  };
  // The events of one run are written in their order, so the last one stands for all.
  const call = async (...asked) => {
    if (eachNode) await durable;
    return MODEL.call(...asked);
  };
  const { finished } = await engine.executeRun({
    ...{ graph, runId: claim.runId, vars: { question: 'Which question?' }, seed: 1, epoch: claim.epoch },
    ports: { ...engine.livePorts({ graph, seed: 1, clock }), model: { ...MODEL, call } },
    journal: { append },
  });
  await durable;
  if (!finished) throw new Error('a run did not end');
}

/** What of the server writes journals, on this database. */
async function openStore({ root }, addresses) {
  const server = (file) => import(pathToFileURL(path.join(root, 'backend/server/dist', file)).href);
  const { TenantDatabase } = await server('platform/database/index.js');
  const { newId } = await server('platform/ids.js');
  const { GroupWriter } = await server('features/runs/run-journal.js');
  const { RunWorkRepository } = await server('features/runs/run-work.repository.js');
  const { RunsRepository } = await server('features/runs/runs.repository.js');
  const { finalState } = await server('features/runs/run-records.js');
  const { DATABASE_APP_URL: app, DATABASE_WORKER_URL: worker } = addresses;
  const database = new TenantDatabase({
    logins: { app: { url: app }, worker: { url: worker } },
    poolSize: 16,
  });
  const [work, runs, tenantId] = [new RunWorkRepository(database), new RunsRepository(database), newId()];
  await database.inTenant(tenantId, (tx) => tx.tenant.create({ data: { tenantId, name: 'bench' } }));
  const common = {
    experimentId: null,
    caseId: null,
    repeat: 0,
    seed: 1,
    vars: {},
    chaos: null,
    createdBy: null,
  };
  return {
    finalState,
    writer: new GroupWriter({ write: (batches) => work.write(batches), written: () => {} }),
    async graphVersion(name) {
      const [graphId, id] = [newId(), newId()];
      await database.inTenant(tenantId, async (tx) => {
        await tx.graph.create({ data: { tenantId, id: graphId, name } });
        const data = { tenantId, id, graphId, number: 1, digest: name, sourceDigest: name, source: '' };
        await tx.graphVersion.create({ data });
      });
      return id;
    },
    async begin(graphVersionId) {
      const runId = newId();
      await runs.insert(tenantId, [{ ...common, id: runId, graphVersionId, live: false, offline: true }]);
      await database.asWorker(
        (tx) => tx.$executeRaw`update run set status = 'running', epoch = 1 where id = ${runId}::uuid`,
      );
      return { runId, tenantId, epoch: 1 };
    },
    async rowsPerNode(nodes) {
      const [{ rows }] = await database.asWorker(
        (
          tx,
        ) => tx.$queryRaw`select count(*)::float8 / count(distinct run_id) as rows from run_event e join run r
          on r.id = e.run_id join graph_version v on v.id = r.graph_version_id where v.digest = 'seq20'`,
      );
      return rows / nodes;
    },
    close: () => database.close(),
  };
}
