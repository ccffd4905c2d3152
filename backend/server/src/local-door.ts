import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiKeysService, Authenticator, FirstPeople } from './features/access/index.js';
import type { Application } from './application.js';

interface LocalDoor {
  application: Application;
  /** REHEARSE_HOME, absolute. */
  home: string;
  url: string;
  /** Whether a key is left there too: on the database of this folder, outside production. */
  withKey: boolean;
}

/** What the key is called in the list of keys, where it can be revoked. */
const KEY_NAME = 'Command line of this machine';

/**
 * Tells the command line of this machine where the server is (`server.json`) and lets it in (`cli-token`); whoever may
 * read the folder may read the database beside it. Answers what takes the address away again.
 */
export async function openLocalDoor({
  application,
  home,
  url,
  withKey,
}: LocalDoor): Promise<() => Promise<void>> {
  if (withKey) await leaveKey(application, path.join(home, 'cli-token'));
  const address = path.join(home, 'server.json');
  await writePrivately(address, `${JSON.stringify({ url, pid: process.pid })}\n`);
  return () => removeOwn(address);
}

/** A key that still works is kept, so that a start does not make one more. */
async function leaveKey({ nest }: Application, file: string): Promise<void> {
  const person = await nest.get(FirstPeople).localAdmin();
  if (!person) return;
  const known = (await readFile(file, 'utf8').catch(() => '')).trim();
  const principal = known === '' ? null : await nest.get(Authenticator).authenticate(known);
  if (principal?.tenantId === person.tenantId) return;
  const scopes = ['runs:read', 'runs:write', 'graphs:read', 'graphs:write'] as const;
  const made = await nest.get(ApiKeysService).create(person, { name: KEY_NAME, scopes: [...scopes] });
  await writePrivately(file, `${made.key}\n`);
}

/** Whole, and readable by its owner alone from the first moment on. */
async function writePrivately(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await rm(draft, { force: true });
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}

/** Another server may have taken the folder over meanwhile. */
async function removeOwn(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.includes(`"pid":${process.pid}}`)) await rm(file, { force: true });
}
