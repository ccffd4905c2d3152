import '../jest/typescript.mjs';

export const file = 'backend/server/golden/schema.sql';

export async function make() {
  const { startTestCluster } = await import('../../backend/server/src/platform/database/testing/test-cluster.ts');
  const { dumpSchema } = await import('../../backend/server/src/platform/database/testing/schema-dump.ts');
  const cluster = await startTestCluster();
  try {
    return await dumpSchema(cluster.addresses.DATABASE_URL);
  } finally {
    await cluster.stop();
  }
}
