import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Prisma } from '../../generated/prisma/client.js';
import { causes, isConnectionFailure, unavailable } from './connection-failure.js';
import { errorCode, UnstorableText } from './database-error.js';
import type { PrismaConnection } from './prisma-connection.js';

/** Prisma's client inside one transaction. */
export type Transaction = Prisma.TransactionClient;

interface Scope {
  tx: Transaction;
  /** For whom: a tenant's id, or the worker. */
  owner: string;
  /** Work that was started inside and goes on after the end must not join a transaction that is over. */
  isOpen: boolean;
}

const ATTEMPTS = 4;
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01', 'P2034']);
const WAIT_FOR_CONNECTION_MS = 5_000;
const LIMIT_MS = 30_000;

/** Transactions of one pool, carried along by the asynchronous context: a nested call joins the one that is open. */
export class Transactions {
  private readonly scope = new AsyncLocalStorage<Scope>();

  /** `preludes` carries the statement that a transaction begins with to the connection that begins it. */
  constructor(
    private readonly connection: PrismaConnection,
    private readonly preludes: AsyncLocalStorage<string | undefined>,
  ) {}

  current(): Transaction | undefined {
    const scope = this.scope.getStore();
    return scope?.isOpen ? scope.tx : undefined;
  }

  /** Runs `work` in the open transaction of this owner, or in a new one that begins with the prelude. */
  async run<T>(
    { owner, prelude }: { owner: string; prelude?: string },
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const open = this.scope.getStore();
    if (!open?.isOpen) return this.retrying(() => this.preludes.run(prelude, () => this.inNew(owner, work)));
    if (open.owner === owner) return work(open.tx);
    throw new Error(`A transaction for ${open.owner} is open: end it before one for ${owner} begins.`);
  }

  /** Runs one statement that is a transaction by itself, beside the one that may be open here. */
  runOne<T extends object>(sql: Prisma.Sql): Promise<T[]> {
    return this.retrying(() => this.connection.statement<T>(sql));
  }

  private inNew<T>(owner: string, work: (tx: Transaction) => Promise<T>) {
    return this.connection.client.$transaction(
      async (tx) => {
        const scope: Scope = { tx, owner, isOpen: true };
        try {
          return await this.scope.run(scope, () => work(tx));
        } finally {
          scope.isOpen = false;
        }
      },
      { maxWait: WAIT_FOR_CONNECTION_MS, timeout: LIMIT_MS },
    );
  }

  /** Serialisation failures and deadlocks pass when tried again; the whole unit is, for nothing of it was kept. */
  private async retrying<T>(unit: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await unit();
      } catch (error) {
        if (isConnectionFailure(error) || isNotStarted(error)) throw unavailable(error);
        if (isUnstorableText(error)) throw new UnstorableText({ cause: error });
        if (attempt >= ATTEMPTS || !isConflict(error)) throw error;
        await sleep(attempt * 10 * (0.5 + Math.random()));
      }
    }
  }
}

function isConflict(error: unknown): boolean {
  return causes(error).some((cause) => {
    const { kind } = cause as { kind?: unknown };
    return kind === 'TransactionWriteConflict' || CONFLICTS.has(sqlState(cause));
  });
}

/** U+0000, which JSON has and no text of Postgres: 22021 as it is, 22P05 escaped in JSON. */
const isUnstorableText = (error: unknown): boolean =>
  causes(error).some((cause) => ['22021', '22P05'].includes(sqlState(cause)));

function sqlState(cause: unknown): string {
  const { originalCode } = cause as { originalCode?: unknown };
  return typeof originalCode === 'string' ? originalCode : (errorCode(cause) ?? '');
}

/** No connection came free in time. */
function isNotStarted(error: unknown): boolean {
  return errorCode(error) === 'P2028' && /unable to start/i.test((error as Error).message);
}
