import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseError } from '../database-error.js';
import { commandLine, isAlive } from './processes.js';
import type { Postmaster } from './postmaster.js';
import { readPidFile } from './postmaster.js';

/**
 * The server that an earlier process of ours (killed before it could stop it) left running on this folder, or null. It
 * is ours when it takes our password and says that it works on our folder. What a dead server left is cleared away.
 */
export async function findLeftover(data: string, password: string): Promise<Postmaster | null> {
  for (const limit = Date.now() + 60_000; Date.now() < limit; await sleep(50)) {
    const found = readPidFile(data);
    if (!found) return null;
    if (!isServerOf(found.pid, data)) {
      // Stale, with an id that now belongs to another program: PostgreSQL itself would take that for a live server.
      rmSync(path.join(data, 'postmaster.pid'), { force: true });
      return null;
    }
    if (found.status === 'ready' && (await isOurs(found.port, data, password))) return found;
  }
  const pid = readPidFile(data)?.pid;
  throw new DatabaseError(
    'database/folder-in-use',
    `A PostgreSQL server (process ${pid ?? 'unknown'}) works on ${data} and does not answer to us. Stop it, then start again.`,
  );
}

function isServerOf(pid: number, data: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandLine(pid);
  return command === null || (command.includes('postgres') && command.includes(data));
}

async function isOurs(port: number, data: string, password: string): Promise<boolean> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      `select current_setting('data_directory') as folder`,
    );
    return rows[0]?.folder === data;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
