import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseError, errorCode } from '../database-error.js';
import type { Binaries } from './binaries.js';
import { findBinaries } from './binaries.js';
import { clusterFolder } from './cluster-folder.js';
import { folderFailure, logTail } from './failures.js';
import { lockFolder } from './folder-lock.js';
import { findLeftover } from './leftover.js';
import { choosePort } from './ports.js';
import type { Postmaster } from './postmaster.js';
import { launch, shutDown } from './postmaster.js';
import { isAlive } from './processes.js';
import type { Addresses } from './provision.js';
import { addresses, letRolesLogIn, provision } from './provision.js';
import { lastPort, rememberPort } from './last-port.js';
import type { Secrets } from './secrets.js';
import { readOrMakeSecrets } from './secrets.js';
import { serviceUser } from './service-user.js';

export interface EmbeddedOptions {
  /** REHEARSE_HOME; the database has the folder `postgres` in it. */
  home: string;
  /** Named by the user: it must be free. Absent: the one of the last start, or any. */
  port?: number | undefined;
  /** PostgreSQL settings beside the defaults. */
  settings?: Record<string, string>;
  /** Takes what the user should read: another port, another folder, a server taken over. */
  notice?: (message: string) => void;
  /** Where the cluster goes when the user that PostgreSQL runs as cannot enter `home`. */
  openRoot?: string;
}

export interface EmbeddedDatabase {
  addresses: Addresses;
  port: number;
  pid: number;
  /** Made by this start. */
  isNew: boolean;
  /** Was still running after the process that started it had been killed. */
  wasTakenOver: boolean;
  /** Resolves when the server ends without our asking. */
  died: Promise<DatabaseError>;
  /** After the migrations: gives the lesser roles their passwords. */
  letRolesLogIn(): Promise<void>;
  /** Fast shutdown; waits for the end. Close all pools first. */
  stop(): Promise<void>;
}

/** Starts PostgreSQL under `home`, or takes over the one that a killed process of ours left running there. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const folder = path.resolve(options.home, 'postgres');
  const lock = lockOwn(folder);
  try {
    const server = await bringUp(folder, options);
    try {
      await provision(server.postmaster.port, server.secrets);
      rememberPort(folder, server.postmaster.port);
    } catch (error) {
      await shutDown(server.postmaster, server.data, server.binaries);
      throw error;
    }
    return running(server, folder, lock);
  } catch (error) {
    lock.release();
    throw folderFailure(error, folder);
  }
}

function lockOwn(folder: string) {
  try {
    makeFolder(folder);
    return lockFolder(path.join(folder, 'lock'), folder);
  } catch (error) {
    throw folderFailure(error, folder);
  }
}

/** One level at a time: a recursive mkdir hides why it failed, and never returns on a file system such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

interface Server {
  postmaster: Postmaster;
  data: string;
  binaries: Binaries;
  secrets: Secrets;
  isNew: boolean;
  wasTakenOver: boolean;
}

async function bringUp(folder: string, options: EmbeddedOptions): Promise<Server> {
  const notice = options.notice ?? (() => undefined);
  const user = serviceUser();
  const binaries = findBinaries(user);
  const secrets = readOrMakeSecrets(folder);
  const openRoot = options.openRoot ?? '/var/lib/rehearse';
  const made = clusterFolder({
    folder,
    binaries,
    user,
    superuserPassword: secrets.superuser,
    openRoot,
    notice,
  });
  const rest = { ...made, binaries, secrets };

  const leftover = made.isNew ? null : await findLeftover(made.data, secrets.superuser);
  if (leftover && (options.port === undefined || options.port === leftover.port)) {
    notice(`The database was still running (process ${leftover.pid}, port ${leftover.port}): taken over.`);
    return { ...rest, postmaster: leftover, wasTakenOver: true };
  }
  if (leftover) await shutDown(leftover, made.data, binaries);
  const start = {
    binaries,
    user,
    data: made.data,
    logFile: logFile(folder),
    settings: options.settings ?? {},
  };
  const postmaster = await launchOnFreePort(start, folder, options.port, notice);
  return { ...rest, postmaster, wasTakenOver: false };
}

type Start = Omit<Parameters<typeof launch>[0], 'port'>;

async function launchOnFreePort(
  start: Start,
  folder: string,
  explicit: number | undefined,
  notice: (message: string) => void,
): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort({ explicit, last: lastPort(folder), notice });
    try {
      return await launch({ ...start, port });
    } catch (error) {
      // Another program took the port between the look and the start.
      if (errorCode(error) !== 'database/port-taken' || explicit !== undefined || attempt === 3) throw error;
    }
  }
}

function running(server: Server, folder: string, lock: { release(): void }): EmbeddedDatabase {
  const { postmaster, data, binaries, secrets, isNew, wasTakenOver } = server;
  const watch = watchOver(postmaster, folder);
  let stopped: Promise<void> | undefined;
  // The process may end without a stop (an error nobody caught): the database must not stay behind.
  const atExit = () => void (isAlive(postmaster.pid) && process.kill(postmaster.pid, 'SIGINT'));
  process.once('exit', atExit);
  const stop = async () => {
    watch.end();
    process.off('exit', atExit);
    await shutDown(postmaster, data, binaries);
    lock.release();
  };
  const all = addresses(postmaster.port, secrets);
  return {
    addresses: all,
    ...postmaster,
    isNew,
    wasTakenOver,
    died: watch.died,
    letRolesLogIn: () => letRolesLogIn(all.owner, secrets),
    stop: () => (stopped ??= stop()),
  };
}

/** Looks now and then, for a server that was taken over is not our child and nobody tells us of its end. */
function watchOver({ pid }: Postmaster, folder: string) {
  let timer: NodeJS.Timeout;
  const died = new Promise<DatabaseError>((resolve) => {
    timer = setInterval(() => {
      if (isAlive(pid)) return;
      clearInterval(timer);
      resolve(deathNotice(pid, logFile(folder)));
    }, 250).unref();
  });
  return { died, end: () => clearInterval(timer) };
}

function deathNotice(pid: number, log: string): DatabaseError {
  const lines = logTail(log).trim().split('\n').slice(-5).join('\n  ');
  return new DatabaseError(
    'database/died',
    `The database (process ${pid}) ended by itself. What was acknowledged is on disk; start again to go on. ` +
      `The end of ${log}:\n  ${lines}`,
  );
}

function logFile(folder: string): string {
  return path.join(folder, 'postgres.log');
}
