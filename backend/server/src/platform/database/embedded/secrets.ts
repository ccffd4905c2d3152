import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseError } from '../database-error.js';

/** The passwords of the embedded database, made at its first start. */
export interface Secrets {
  superuser: string;
  owner: string;
  app: string;
  worker: string;
}

const NAMES = ['superuser', 'owner', 'app', 'worker'] as const;

/** @throws DatabaseError `database/password-lost` when there is a cluster and its passwords are not beside it */
export function readOrMakeSecrets(folder: string): Secrets {
  const file = path.join(folder, 'secrets.json');
  const found = existsSync(file) ? parse(readFileSync(file, 'utf8')) : null;
  if (found) return found;
  if (existsSync(path.join(folder, 'data', 'PG_VERSION'))) {
    throw new DatabaseError(
      'database/password-lost',
      `${file}, with the passwords of the database beside it, is missing or damaged. Bring it back from a backup, or move ` +
        `${path.join(folder, 'data')} away to start on an empty database.`,
    );
  }
  const made = Object.fromEntries(
    NAMES.map((name) => [name, randomBytes(24).toString('base64url')]),
  ) as unknown as Secrets;
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, file);
  return made;
}

function parse(text: string): Secrets | null {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    return NAMES.every((name) => typeof value[name] === 'string') ? (value as unknown as Secrets) : null;
  } catch {
    return null;
  }
}
