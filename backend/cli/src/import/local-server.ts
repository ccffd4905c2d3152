import path from 'node:path';
import { loadConfig } from '@rehearse/server/config';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { readIfThere } from '../files.js';
import type { Io } from '../io.js';
import { isAlive } from '../is-alive.js';

/** Where a server is, and how we are let in. */
export interface ServerAddress {
  url: string;
  token: string | null;
}

/** As the server that was started here takes it; a configuration with mistakes is the server's business. */
function homeOf({ env, cwd }: Io): string {
  const loaded = loadConfig({ env: { ...env }, cwd });
  return path.resolve(cwd, loaded.ok ? loaded.config.home : (env['REHEARSE_HOME'] ?? '.rehearse'));
}

/** What the server that runs on this home wrote down; null when none did. */
export async function localServer(io: Io): Promise<{ url: string; pid: number } | null> {
  const text = await readIfThere(io, path.join(homeOf(io), 'server.json'));
  if (text === null) return null;
  try {
    const { url, pid } = JSON.parse(text) as { url?: unknown; pid?: unknown };
    return typeof url === 'string' && typeof pid === 'number' && isAlive(pid) ? { url, pid } : null;
  } catch {
    // The server is writing it just now, or it is not ours.
    return null;
  }
}

interface Asked {
  url?: string;
  token?: string;
  /** What else can be done without a server. */
  otherwise?: string;
}

/** The server that is meant: --url, REHEARSE_URL, or the one that runs here. The local key goes to no other server. */
export async function findServer(io: Io, asked: Asked): Promise<ServerAddress> {
  const local = await localServer(io);
  const url = asked.url ?? io.env['REHEARSE_URL'] ?? local?.url;
  if (url === undefined) throw noServer(io, asked.otherwise);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliError({
      code: 'cli/bad-url',
      message: `${url} is not the address of a server`,
      hint: 'It looks like http://127.0.0.1:8000.',
    });
  const token =
    asked.token ?? io.env['REHEARSE_TOKEN'] ?? (isSame(url, local?.url) ? await localToken(io) : null);
  return { url: url.replace(/\/+$/, ''), token };
}

const isSame = (url: string, local: string | undefined): boolean =>
  local !== undefined && new URL(url).origin === new URL(local).origin;

async function localToken(io: Io): Promise<string | null> {
  const text = await readIfThere(io, path.join(homeOf(io), 'cli-token'));
  return text?.trim() || null;
}

const noServer = (io: Io, otherwise: string | undefined): CliError =>
  new CliError({
    code: 'cli/no-server',
    message: `no server runs on ${homeOf(io)}`,
    hint: `Start one with \`rehearse start\`, ${otherwise === undefined ? 'or name one with --url' : `name one with --url, or ${otherwise}`}.`,
    exitCode: EXIT.unreachable,
  });
