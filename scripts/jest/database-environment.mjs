// Gives each test file a database of its own, copied from the migrated template, and its addresses in the environment:
// DATABASE_URL (the owner), DATABASE_APP_URL (row-level security applies) and DATABASE_WORKER_URL.
import { createRequire } from 'node:module';
import { TestEnvironment } from 'jest-environment-node';

const pg = createRequire(new URL('../../backend/server/package.json', import.meta.url))('pg');

export default class DatabaseEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.cluster = JSON.parse(process.env.REHEARSE_TEST_CLUSTER ?? 'null');
    if (!this.cluster) throw new Error('The test cluster is not up: start the tests with scripts/jest.mjs.');
    this.name = `test_${process.pid}_${Date.now().toString(36)}_${Math.random().toString(36).slice(2, 8)}`;
    await this.asOwner((client) =>
      client.query(`create database ${this.name} template ${this.cluster.template}`),
    );
    for (const [variable, address] of Object.entries(this.cluster.addresses)) {
      const url = new URL(address);
      url.pathname = this.name;
      this.global.process.env[variable] = url.href;
    }
  }

  async teardown() {
    if (this.name)
      // A test that failed may leave connections that the owner cannot end: its own error counts, and the cluster goes anyway.
      await this.asOwner((client) => client.query(`drop database if exists ${this.name} with (force)`)).catch(
        () => {},
      );
    await super.teardown();
  }

  async asOwner(work) {
    // A database that somebody is connected to cannot be copied, so this connection is to another one.
    const address = new URL(this.cluster.addresses.DATABASE_URL);
    address.pathname = 'postgres';
    const client = new pg.Client({ connectionString: address.href });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}
