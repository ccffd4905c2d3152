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
  /** Ends it as a crash does: nothing is written any more, connections break. */
  crash(): Promise<void>;
  /** After a crash: recovers from its log, at the same addresses. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The real thing, but for the durability that a test does not need. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** One embedded cluster for a run of the tests. */
export async function startTestCluster(settings: Record<string, string> = FAST): Promise<TestCluster> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'rehearse-test-'));
  chmodSync(home, 0o755);
  const launch = (port: number) =>
    startEmbedded({ home, port, settings: { max_connections: '200', ...settings } });
  let server = await launch(await anyFree());
  await migrate({ url: server.addresses.owner });
  await server.letRolesLogIn();
  const { owner, app, worker } = server.addresses;
  return {
    template: DATABASE,
    addresses: { DATABASE_URL: owner, DATABASE_APP_URL: app, DATABASE_WORKER_URL: worker },
    crash: async () => {
      process.kill(server.pid, 'SIGQUIT');
      await server.died;
      await server.stop();
    },
    restart: async () => {
      server = await launch(server.port);
    },
    stop: async () => {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
