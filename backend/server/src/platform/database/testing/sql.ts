import pg from 'pg';
import { address, newId } from './index.js';

/** One statement by the given login, outside the product's own access. */
export async function query<T extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** An empty database, with nothing migrated, for the time of `work`. */
export async function withEmptyDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const name = `empty_${newId().replaceAll('-', '')}`;
  await query(address('DATABASE_URL'), `create database ${name} template template0`);
  const url = new URL(address('DATABASE_URL'));
  url.pathname = name;
  try {
    await work(url.href);
  } finally {
    await query(address('DATABASE_URL'), `drop database ${name} with (force)`);
  }
}
