import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DATABASE } from '../embedded/provision.js';
import { startEmbedded } from '../embedded/embedded-database.js';
import { anyFree } from '../embedded/ports.js';
import { migrate } from '../migrate.js';

export interface TestCluster {
  /** The migrated database that each test file gets a copy of. */
  template: string;
  addresses: { DATABASE_URL: string; DATABASE_APP_URL: string; DATABASE_WORKER_URL: string };
  stop(): Promise<void>;
}

/** One embedded cluster for a run of the tests: the real thing, but for the durability that a test does not need. */
export async function startTestCluster(): Promise<TestCluster> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'rehearse-test-'));
  chmodSync(home, 0o755);
  const server = await startEmbedded({
    home,
    port: await anyFree(),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  await migrate({ url: server.addresses.owner });
  await server.letRolesLogIn();
  const { owner, app, worker } = server.addresses;
  return {
    template: DATABASE,
    addresses: { DATABASE_URL: owner, DATABASE_APP_URL: app, DATABASE_WORKER_URL: worker },
    stop: async () => {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
