import { createHash } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient, type Prisma } from '../../generated/prisma/client.js';
import { beginAtOnce } from './begin-at-once.js';
import type { DatabaseLogin } from './logins.js';

export interface PrismaConnection {
  client: PrismaClient;
  /** One statement, by the driver alone: for what is asked so often that the client above it takes more time than the answer. */
  statement<T extends object>(sql: Prisma.Sql): Promise<T[]>;
  close(): Promise<void>;
}

interface ConnectionOptions {
  size: number;
  onLost: (error: Error) => void;
  /** A statement that each transaction begins with, as the asynchronous context wants it. */
  prelude?: () => string | undefined;
}

/** A pool of connections of one role, with Prisma's client over it. Nothing connects before the first query. */
export function connectPrisma(
  login: DatabaseLogin,
  { size, onLost, prelude = () => undefined }: ConnectionOptions,
): PrismaConnection {
  const pool = new pg.Pool({
    connectionString: login.url,
    max: size,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    application_name: 'rehearse',
    // A transaction's first statement goes out behind its BEGIN, not after the answer to it.
    pipeline: true,
    // At the start of the session, so that no query can come before it.
    ...(login.role && { options: `-c role=${login.role}` }),
  });
  // A server that shuts down ends the idle connections; without a listener that error would end the process.
  pool.on('error', onLost);
  pool.on('connect', (connection) => beginAtOnce(connection, prelude));
  const nameOf = statementNames();
  const adapter = new PrismaPg(pool, { onConnectionError: onLost, statementNameGenerator: nameOf });
  const client = new PrismaClient({ adapter });
  return {
    client,
    statement: async <T extends object>({ text, values }: Prisma.Sql) => {
      const { rows } = await pool.query<T>({ name: nameOf({ sql: text }), text, values });
      return rows;
    },
    close: async () => {
      await client.$disconnect();
      await pool.end();
    },
  };
}

/** More statements than this are no fixed set; the rest are planned anew each time. */
const MOST_PREPARED = 500;
const UNNAMED = '';

/** Names the statements of the program, so that the server parses and plans each once for a connection. */
function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= MOST_PREPARED) return UNNAMED;
    const name = `s${createHash('sha256').update(sql).digest('base64url').slice(0, 16)}`;
    names.set(sql, name);
    return name;
  };
}
