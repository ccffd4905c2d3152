import { afterAll, beforeAll, describe, it, expect } from '@jest/globals';
import { makeTenant, newId, openTestDatabase } from './testing/index.js';
import { address } from './testing/index.js';
import { query } from './testing/sql.js';
import type { Transaction } from './transactions.js';

const database = openTestDatabase();
afterAll(() => database.close());

let [one, two] = ['', ''];
let runOfTwo: { id: string; graphVersionId: string };

async function makeRun(tx: Transaction, tenantId: string) {
  const [graphId, versionId, id] = [newId(), newId(), newId()];
  await tx.graph.create({ data: { tenantId, id: graphId, name: `g-${graphId}` } });
  await tx.graphVersion.create({
    data: { tenantId, id: versionId, graphId, number: 1, digest: 'd', sourceDigest: 's', source: 'x' },
  });
  const run = { tenantId, id, graphVersionId: versionId, seed: 1n, vars: {}, status: 'queued' };
  await tx.run.create({ data: run });
  return run;
}

beforeAll(async () => {
  [one, two] = [await makeTenant(database, 'one'), await makeTenant(database, 'two')];
  await database.inTenant(one, (tx) => makeRun(tx, one));
  runOfTwo = await database.inTenant(two, (tx) => makeRun(tx, two));
});

describe('a tenant', () => {
  it('sees its own rows and none of another, by the client and by SQL alike', async () => {
    await database.inTenant(one, async (tx) => {
      const rows = await tx.$queryRaw<{ tenant_id: string }[]>`select tenant_id from run where true`;
      expect(rows).toEqual([{ tenant_id: one }]);
      expect(await tx.run.findFirst({ where: { id: runOfTwo.id } })).toBeNull();
      expect(await tx.tenant.findMany({ select: { name: true } })).toEqual([{ name: 'one' }]);
    });
  });

  it('changes and deletes nothing of another', async () => {
    const changed = await database.inTenant(one, async (tx) => [
      await tx.run.updateMany({ data: { status: 'canceled' }, where: { id: runOfTwo.id } }),
      await tx.$executeRaw`delete from run where id = ${runOfTwo.id}::uuid`,
    ]);
    expect(changed).toEqual([{ count: 0 }, 0]);
  });

  it('cannot insert a row for another', async () => {
    const insert = database.inTenant(one, (tx) =>
      tx.graph.create({ data: { tenantId: two, id: newId(), name: 'theirs' } }),
    );
    await expect(insert).rejects.toThrow(/row-level security/);
  });

  it('cannot refer to a row of another, though foreign keys do not see row-level security', async () => {
    const insert = database.inTenant(one, (tx) =>
      tx.run.create({
        data: {
          tenantId: one,
          id: newId(),
          graphVersionId: runOfTwo.graphVersionId,
          seed: 1n,
          vars: {},
          status: 'queued',
        },
      }),
    );
    await expect(insert).rejects.toMatchObject({ code: 'P2003' });
  });

  it('sees nothing when none is set, also on a connection that served a tenant before', async () => {
    const single = openTestDatabase({ poolSize: 1 });
    try {
      expect(await single.inTenant(one, (tx) => tx.run.count())).toBe(1);
      expect(await single.beforeTenant((tx) => tx.run.count())).toBe(0);
    } finally {
      await single.close();
    }
  });

  it('has the erasure of payloads, and no other change, in its journal', async () => {
    const event = {
      seq: 1,
      lane: 'run',
      key: 'run',
      type: 'log',
      attempt: 1,
      data: { a: 1 },
      at: new Date(),
      epoch: 1,
    };
    await database.inTenant(one, async (tx) => {
      const run = await makeRun(tx, one);
      await tx.runEvent.create({ data: { tenantId: one, runId: run.id, ...event, prev: 'p', digest: 'd' } });
      expect(await tx.$executeRaw`update run_event set data = 'null' where run_id = ${run.id}::uuid`).toBe(1);
    });
    await expect(
      database.inTenant(one, (tx) => tx.$executeRaw`update run_event set digest = 'x'`),
    ).rejects.toThrow(/permission denied/);
    await expect(database.inTenant(one, (tx) => tx.$executeRaw`delete from run_event`)).rejects.toThrow(
      /permission denied/,
    );
  });

  it('keeps the text of an event as it was written', async () => {
    const text = '{"b":1, "a":  2,"b2":1.0}';
    await database.inTenant(one, async (tx) => {
      const { id } = await makeRun(tx, one);
      await tx.$executeRaw`insert into run_event (tenant_id, run_id, seq, lane, key, type, attempt, data, at, epoch, prev, digest)
        values (${one}::uuid, ${id}::uuid, 1, 'run', 'run', 'log', 1, ${text}::json, now(), 1, 'p', 'd')`;
      const rows = await tx.$queryRaw`select data::text as text from run_event where run_id = ${id}::uuid`;
      expect(rows).toEqual([{ text }]);
    });
  });
});

describe('the worker', () => {
  it('sees the runs of all tenants', async () => {
    const tenants = await database.asWorker((tx) =>
      tx.run.findMany({ distinct: ['tenantId'], select: { tenantId: true } }),
    );
    expect(tenants.map(({ tenantId }) => tenantId).sort()).toEqual([one, two].sort());
  });

  it.each(['tenant', 'app_user', 'refresh_token', 'sign_in_link', 'api_key', 'idempotency_key', 'graph'])(
    'may not read %s',
    async (table) => {
      await expect(query(address('DATABASE_WORKER_URL'), `select * from ${table}`)).rejects.toThrow(
        /permission denied/,
      );
    },
  );

  it('may not rewrite the journal', async () => {
    await expect(database.asWorker((tx) => tx.$executeRaw`update run_event set data = '{}'`)).rejects.toThrow(
      /permission denied/,
    );
  });
});

describe('before a tenant is known', () => {
  const userId = newId();
  const hash = 'a'.repeat(64);
  beforeAll(async () => {
    await database.inTenant(two, async (tx) => {
      const email = 'ada@example.org';
      await tx.user.create({
        data: { tenantId: two, id: userId, email, name: 'Ada', passwordHash: 'argon', role: 'Viewer' },
      });
      const link = { tenantId: two, id: newId(), userId, tokenHash: hash, expiresAt: new Date() };
      await tx.signInLink.create({ data: link });
    });
  });

  it('an e-mail address finds tenant, user and hash, and nothing else', async () => {
    const rows = await database.beforeTenant(
      (tx) => tx.$queryRaw`select * from login_by_email('ADA@example.org')`,
    );
    expect(rows).toEqual([{ tenant_id: two, user_id: userId, hash: 'argon' }]);
  });

  it('the hash of a link or token finds its user', async () => {
    const rows = await database.beforeTenant((tx) => tx.$queryRaw`select * from token_by_hash(${hash})`);
    expect(rows).toEqual([{ tenant_id: two, user_id: userId, hash }]);
  });

  it('the installation says whether it has a tenant', async () => {
    const rows = await database.beforeTenant((tx) => tx.$queryRaw`select installation_is_empty() as empty`);
    expect(rows).toEqual([{ empty: false }]);
  });

  it('the worker may not look anybody up', async () => {
    const look = query(address('DATABASE_WORKER_URL'), `select * from login_by_email('ada@example.org')`);
    await expect(look).rejects.toThrow(/permission denied/);
  });
});
