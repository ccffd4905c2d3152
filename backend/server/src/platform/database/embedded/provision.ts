import pg from 'pg';
import type { Secrets } from './secrets.js';

/** The addresses that the rest of the server works with. */
export interface Addresses {
  /** Migrates; owns the tables. */
  owner: string;
  /** Serves requests, under row-level security. */
  app: string;
  /** Drives runs. */
  worker: string;
}

export const DATABASE = 'rehearse';
const OWNER = 'rehearse_owner';

export function addresses(port: number, secrets: Secrets): Addresses {
  const url = (user: string, password: string) =>
    `postgresql://${user}:${password}@127.0.0.1:${port}/${DATABASE}`;
  return {
    owner: url(OWNER, secrets.owner),
    app: url('rehearse_app', secrets.app),
    worker: url('rehearse_worker', secrets.worker),
  };
}

/**
 * Makes the owner and the database where they are missing. The owner is no superuser: what works here works on a
 * database that somebody else runs.
 */
export async function provision(port: number, secrets: Secrets): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: secrets.superuser,
    database: 'postgres',
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      `select exists (select from pg_roles where rolname = $1) as role,
              exists (select from pg_database where datname = $2) as database`,
      [OWNER, DATABASE],
    );
    if (!rows[0]?.role)
      await client.query(
        `create role ${OWNER} login createdb createrole password ${client.escapeLiteral(secrets.owner)}`,
      );
    if (!rows[0]?.database) await client.query(`create database ${DATABASE} owner ${OWNER}`);
  } finally {
    await client.end();
  }
}

/** Lets the lesser roles (the migrations make them, without a password) log in. */
export async function letRolesLogIn(owner: string, secrets: Secrets): Promise<void> {
  const client = new pg.Client({ connectionString: owner });
  await client.connect();
  try {
    await client.query(
      `alter role rehearse_app login password ${client.escapeLiteral(secrets.app)};
       alter role rehearse_worker login password ${client.escapeLiteral(secrets.worker)}`,
    );
  } finally {
    await client.end();
  }
}
