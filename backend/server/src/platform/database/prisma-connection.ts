import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../generated/prisma/client.js';
import type { DatabaseLogin } from './logins.js';

export interface PrismaConnection {
  client: PrismaClient;
  close(): Promise<void>;
}

/** A pool of connections of one role, with Prisma's client over it. Nothing connects before the first query. */
export function connectPrisma(
  login: DatabaseLogin,
  size: number,
  onLost: (error: Error) => void,
): PrismaConnection {
  const pool = new pg.Pool({
    connectionString: login.url,
    max: size,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    application_name: 'rehearse',
    // At the start of the session, so that no query can come before it.
    ...(login.role && { options: `-c role=${login.role}` }),
  });
  // A server that shuts down ends the idle connections; without a listener that error would end the process.
  pool.on('error', onLost);
  const client = new PrismaClient({ adapter: new PrismaPg(pool, { onConnectionError: onLost }) });
  return {
    client,
    close: async () => {
      await client.$disconnect();
      await pool.end();
    },
  };
}
