import { AsyncLocalStorage } from 'node:async_hooks';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import { unavailable } from './connection-failure.js';
import type { DatabaseLogins } from './logins.js';
import { Notices } from './notices.js';
import type { PrismaConnection } from './prisma-connection.js';
import { connectPrisma } from './prisma-connection.js';
import type { Transaction } from './transactions.js';
import { Transactions } from './transactions.js';

export interface TenantDatabaseOptions {
  logins: DatabaseLogins;
  /** Connections for requests; the worker has as many of its own, at most 5. */
  poolSize: number;
  /** Told of a connection that was lost while idle; the pool makes a new one. */
  onConnectionLost?: (error: Error) => void;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const WORKER = 'the worker';
const NOBODY = 'no tenant';

/**
 * The only way to the database: one transaction per unit of work, inside one tenant. Row-level security shows it the
 * rows of that tenant and no others, whatever the statement says.
 */
@Injectable()
export class TenantDatabase implements OnApplicationShutdown {
  /** What the processes on this database tell each other. */
  readonly notices: Notices;
  private readonly app: PrismaConnection;
  private readonly worker: PrismaConnection;
  private readonly forTenants: Transactions;
  private readonly forWorker: Transactions;
  private closed: Promise<unknown> | undefined;

  constructor({ logins, poolSize, onConnectionLost = () => undefined }: TenantDatabaseOptions) {
    const preludes = new AsyncLocalStorage<string | undefined>();
    const around = { onLost: onConnectionLost, prelude: () => preludes.getStore() };
    this.app = connectPrisma(logins.app, { size: poolSize, ...around });
    this.worker = connectPrisma(logins.worker, { size: Math.min(5, poolSize), ...around });
    this.notices = new Notices(logins.worker, onConnectionLost);
    this.forTenants = new Transactions(this.app, preludes);
    this.forWorker = new Transactions(this.worker, preludes);
  }

  /**
   * One transaction in which only rows of the tenant exist; a call inside it joins. It commits when `work` resolves and
   * rolls back when it throws. `work` may run again after a deadlock, so it does nothing but database work: no call to a
   * provider, no message to a viewer.
   */
  inTenant<T>(tenantId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (!UUID.test(tenantId))
      return Promise.reject(new TypeError(`Not the id of a tenant: ${JSON.stringify(tenantId)}`));
    // A UUID, so that nothing in it can end the text.
    const prelude = `select set_config('app.tenant_id', '${tenantId}', true)`;
    return this.forTenants.run({ owner: `the tenant ${tenantId}`, prelude }, work);
  }

  /** Before the tenant is known: only the look-up functions (`login_by_email`, …) answer here, every table is empty. */
  beforeTenant<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.forTenants.run({ owner: NOBODY }, work);
  }

  /** Over all tenants, as the role that sees runs, events, graph versions and experiments, and nothing else. */
  asWorker<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.forWorker.run({ owner: WORKER }, work);
  }

  /** One statement as the worker: all of it or nothing, without the round trips that a transaction takes beside it. */
  asWorkerAtOnce<T extends object>(statement: Prisma.Sql): Promise<T[]> {
    return this.forWorker.runOne<T>(statement);
  }

  /** The transaction of the tenant that is open here. Repositories work on it. */
  get tx(): Transaction {
    const tx = this.forTenants.current();
    if (!tx) throw new Error('No transaction is open: this must be called inside TenantDatabase.inTenant().');
    return tx;
  }

  /** The worker's transaction that is open here. */
  get workerTx(): Transaction {
    const tx = this.forWorker.current();
    if (!tx) throw new Error('No transaction is open: this must be called inside TenantDatabase.asWorker().');
    return tx;
  }

  /** Does the database answer? Its latency in milliseconds. */
  async ping(): Promise<number> {
    const start = performance.now();
    await this.app.client.$queryRaw`select 1`.catch((error: unknown) => Promise.reject(unavailable(error)));
    return performance.now() - start;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  /** Before the database itself is stopped. */
  async close(): Promise<void> {
    await (this.closed ??= Promise.all([this.notices.close(), this.app.close(), this.worker.close()]));
  }
}
