import { afterAll, describe, it, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Prisma, UnstorableText } from './index.js';
import { loginsFor } from './logins.js';
import { TenantDatabase } from './tenant-database.js';
import { address, makeTenant, newId, openTestDatabase } from './testing/index.js';
import { query } from './testing/sql.js';

const database = openTestDatabase();
afterAll(() => database.close());

const graph = (tenantId: string, name: string) => ({ data: { tenantId, id: newId(), name } });

describe('a unit of work', () => {
  it('is one transaction: what fails leaves nothing behind', async () => {
    const tenant = await makeTenant(database);
    const failing = database.inTenant(tenant, async (tx) => {
      await tx.graph.create(graph(tenant, 'lost'));
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await database.inTenant(tenant, (tx) => tx.graph.count())).toBe(0);
  });

  it('is joined by the calls inside it', async () => {
    const tenant = await makeTenant(database);
    const ids = await database.inTenant(tenant, async (outer) => {
      const [a] = await outer.$queryRaw<{ id: bigint }[]>`select txid_current() as id`;
      const inner = await database.inTenant(
        tenant,
        () => database.tx.$queryRaw<{ id: bigint }[]>`select txid_current() as id`,
      );
      return [a?.id, inner[0]?.id];
    });
    expect(ids[0]).toBe(ids[1]);
  });

  it('does not change its tenant on the way', async () => {
    const [one, two] = [await makeTenant(database), await makeTenant(database)];
    const mixed = database.inTenant(one, () => database.inTenant(two, (tx) => tx.graph.count()));
    await expect(mixed).rejects.toThrow(/end it before/);
  });

  it('is not joined by work that outlives it', async () => {
    const tenant = await makeTenant(database);
    const late = await database.inTenant(tenant, async () => ({
      count: sleep(50).then(() => database.inTenant(tenant, (tx) => tx.graph.count())),
    }));
    expect(await late.count).toBe(0);
  });

  it('is tried again after a deadlock, and then holds', async () => {
    const tenant = await makeTenant(database);
    const names = ['a', 'b'];
    await database.inTenant(tenant, async (tx) => {
      for (const name of names) await tx.graph.create(graph(tenant, name));
    });
    let attempts = 0;
    let holding = 0;
    let bothHold: () => void = () => {};
    const both = new Promise<void>((resolve) => (bothHold = resolve));
    const touch = (tx: Parameters<Parameters<typeof database.inTenant>[1]>[0], name: string) =>
      tx.$executeRaw`update graph set created_at = now() where name = ${name}`;
    const rename = ([first, second]: [string, string]) =>
      database.inTenant(tenant, async (tx) => {
        attempts++;
        await touch(tx, first);
        if (++holding === 2) bothHold();
        await both;
        await touch(tx, second);
      });
    await Promise.all([rename(['a', 'b']), rename(['b', 'a'])]);
    expect(attempts).toBeGreaterThan(2);
  });

  it('refuses what is no tenant before it asks the database', async () => {
    await expect(database.inTenant('nobody', () => Promise.resolve())).rejects.toThrow(
      /Not the id of a tenant: "nobody"/,
    );
  });

  it('must be open for a repository to work', () => {
    expect(() => database.tx).toThrow(/No transaction is open/);
    expect(() => database.workerTx).toThrow(/No transaction is open/);
  });
});

describe('with a single login', () => {
  it('each connection takes on the lesser role', async () => {
    const single = new TenantDatabase({ logins: loginsFor({ url: address('DATABASE_URL') }), poolSize: 2 });
    try {
      const app = await single.beforeTenant((tx) => tx.$queryRaw`select current_user::text as name`);
      const worker = await single.asWorker((tx) => tx.$queryRaw`select current_user::text as name`);
      expect([app, worker]).toEqual([[{ name: 'rehearse_app' }], [{ name: 'rehearse_worker' }]]);
    } finally {
      await single.close();
    }
  });
});

describe('one statement of the worker', () => {
  it('is a transaction by itself, over all tenants', async () => {
    const rows = await database.asWorkerAtOnce(Prisma.sql`select current_user::text as name`);
    expect(rows).toEqual([{ name: 'rehearse_worker' }]);
  });

  it('says what a text of it cannot hold', async () => {
    const unstorable = JSON.stringify({ text: '\u0000' });
    await expect(
      database.asWorkerAtOnce(Prisma.sql`select ${unstorable}::json ->> 'text'`),
    ).rejects.toBeInstanceOf(UnstorableText);
  });

  it('says that the database is away', async () => {
    const url = 'postgresql://rehearse_app:x@127.0.0.1:1/none';
    const away = new TenantDatabase({ logins: loginsFor({ url, appUrl: url, workerUrl: url }), poolSize: 1 });
    await expect(away.asWorkerAtOnce(Prisma.sql`select 1`)).rejects.toMatchObject({
      code: 'database/unavailable',
    });
    await away.close();
  });
});

describe('when the database is away', () => {
  it('says that it does not answer', async () => {
    const url = 'postgresql://rehearse_app:x@127.0.0.1:1/none';
    const away = new TenantDatabase({ logins: loginsFor({ url, appUrl: url, workerUrl: url }), poolSize: 1 });
    await expect(away.ping()).rejects.toMatchObject({ code: 'database/unavailable' });
    await expect(away.inTenant(newId(), (tx) => tx.run.count())).rejects.toMatchObject({
      code: 'database/unavailable',
    });
    await away.close();
  });

  it('outlives the loss of its idle connections and goes on with new ones', async () => {
    const lost: Error[] = [];
    const url = address('DATABASE_APP_URL');
    const logins = loginsFor({ url, appUrl: url, workerUrl: address('DATABASE_WORKER_URL') });
    const hardy = new TenantDatabase({ logins, poolSize: 1, onConnectionLost: (error) => lost.push(error) });
    const pid = async () =>
      (await hardy.beforeTenant((tx) => tx.$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid`))[0]
        ?.pid;
    const before = await pid();
    await query(url, 'select pg_terminate_backend($1)', [before]);
    for (let i = 0; lost.length === 0 && i < 100; i++) await sleep(20);
    expect(await pid()).not.toBe(before);
    expect(lost.length).toBeGreaterThan(0);
    await hardy.close();
  });
});
