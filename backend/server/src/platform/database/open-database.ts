import type { DatabaseError } from './database-error.js';
import { startEmbedded } from './embedded/embedded-database.js';
import type { DatabaseLogins } from './logins.js';
import { loginsFor } from './logins.js';
import type { MigrationReport } from './migrate.js';
import { migrate } from './migrate.js';

export interface DatabaseConfig {
  /** REHEARSE_HOME */
  home: string;
  /** Absent: the embedded database. */
  databaseUrl?: string | undefined;
  databaseAppUrl?: string | undefined;
  databaseWorkerUrl?: string | undefined;
  /** Of the embedded database; named, it must be free. */
  databasePort?: number | undefined;
}

export interface OpenDatabase {
  kind: 'embedded' | 'external';
  logins: DatabaseLogins;
  /** For migrations, backups and Prisma's CLI. */
  ownerUrl: string;
  migrations: MigrationReport;
  /** Of the embedded server. */
  embedded?: { port: number; pid: number; isNew: boolean; wasTakenOver: boolean };
  /** Resolves with the reason when the embedded server ends without our asking; never for an external one. */
  died: Promise<DatabaseError>;
  /** Last of all: first close what uses it. An external database is left alone. */
  stop(): Promise<void>;
}

/** Starts the embedded database or takes the one that is named, and brings it up to this version. */
export async function openDatabase(
  config: DatabaseConfig,
  notice: (message: string) => void,
): Promise<OpenDatabase> {
  return config.databaseUrl ? openExternal(config.databaseUrl, config, notice) : openEmbedded(config, notice);
}

async function openExternal(
  url: string,
  config: DatabaseConfig,
  notice: (message: string) => void,
): Promise<OpenDatabase> {
  const migrations = await migrate({ url, notice });
  return {
    kind: 'external',
    logins: loginsFor({ url, appUrl: config.databaseAppUrl, workerUrl: config.databaseWorkerUrl }),
    ownerUrl: url,
    migrations,
    died: new Promise(() => undefined),
    stop: () => Promise.resolve(),
  };
}

async function openEmbedded(
  { home, databasePort }: DatabaseConfig,
  notice: (message: string) => void,
): Promise<OpenDatabase> {
  const server = await startEmbedded({ home, port: databasePort, notice });
  const { owner, app, worker } = server.addresses;
  try {
    const migrations = await migrate({ url: owner, notice });
    await server.letRolesLogIn();
    const { port, pid, isNew, wasTakenOver } = server;
    return {
      kind: 'embedded',
      logins: loginsFor({ url: owner, appUrl: app, workerUrl: worker }),
      ownerUrl: owner,
      migrations,
      embedded: { port, pid, isNew, wasTakenOver },
      died: server.died,
      stop: server.stop,
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
