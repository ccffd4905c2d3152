// One embedded cluster for all database tests of this run, with the migrations applied to a template database.
import './typescript.mjs';

const { startTestCluster } =
  await import('../../backend/server/src/platform/database/testing/test-cluster.ts');

export default async function up() {
  const cluster = await startTestCluster();
  globalThis.rehearseTestCluster = cluster;
  process.env.REHEARSE_TEST_CLUSTER = JSON.stringify({
    template: cluster.template,
    addresses: cluster.addresses,
  });
}
