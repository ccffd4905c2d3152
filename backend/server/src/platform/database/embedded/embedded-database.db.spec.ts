import { afterEach, describe, it, expect } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { kill, moduleUrl, startProcess } from '../testing/child-process.js';
import { query } from '../testing/sql.js';
import type { EmbeddedDatabase, EmbeddedOptions } from './embedded-database.js';
import { startEmbedded } from './embedded-database.js';
import { anyFree } from './ports.js';
import { isAlive } from './processes.js';

const folders: string[] = [];
const servers: EmbeddedDatabase[] = [];
const FAST = { fsync: 'off' };

function makeHome(): string {
  const home = mkdtempSync(path.join(os.tmpdir(), 'rehearse-embedded-'));
  chmodSync(home, 0o755);
  folders.push(home);
  return home;
}

async function start(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const server = await startEmbedded({ settings: FAST, ...options });
  servers.push(server);
  return server;
}

/** A server that a process of its own started. */
async function startElsewhere(home: string) {
  const { child, line } = await startProcess(`
    const { startEmbedded } = await import(${JSON.stringify(moduleUrl('embedded/embedded-database.ts'))});
    const { port, pid } = await startEmbedded({ home: ${JSON.stringify(home)}, settings: { fsync: 'off' } });
    console.log(JSON.stringify({ port, pid }));
    setInterval(() => {}, 1000);`);
  return { child, ...(JSON.parse(line) as { port: number; pid: number }) };
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('the embedded database', () => {
  it('is made at the first start and is the same at the next, on the same port', async () => {
    const home = makeHome();
    const first = await start({ home });
    expect(first).toMatchObject({ isNew: true, wasTakenOver: false });
    await query(first.addresses.owner, 'create table kept as select 42 as answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await start({ home });
    expect(second).toMatchObject({ isNew: false, port: first.port });
    expect(await query(second.addresses.owner, 'select * from kept')).toEqual([{ answer: 42 }]);
  });

  it('is PostgreSQL 18, durable, on this machine only, by passwords that others cannot read', async () => {
    const home = makeHome();
    const server = await startEmbedded({ home });
    servers.push(server);
    const settings = await query(
      server.addresses.owner,
      `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit',
         'listen_addresses', 'password_encryption') order by name`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      listen_addresses: '127.0.0.1',
      password_encryption: 'scram-sha-256',
    });
    const [version] = await query(server.addresses.owner, 'show server_version');
    expect(version?.server_version).toMatch(/^18\./);
    expect(lstatSync(path.join(home, 'postgres/secrets.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(path.join(home, 'postgres')).filter((name) => name.startsWith('.password'))).toEqual(
      [],
    );
    const wrong = server.addresses.owner.replace(/:[^:@]+@/, ':wrong@');
    await expect(query(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('is not started on a folder that a live process uses, and says which one', async () => {
    const home = makeHome();
    const { child } = await startElsewhere(home);
    try {
      await expect(start({ home })).rejects.toMatchObject({
        code: 'database/folder-in-use',
        message: expect.stringContaining(`process ${child.pid}`),
      });
    } finally {
      child.kill('SIGTERM');
    }
  });

  it('is taken over, still running, from a process that was killed', async () => {
    const home = makeHome();
    const other = await startElsewhere(home);
    await kill(other.child);
    expect(isAlive(other.pid)).toBe(true);
    const notices: string[] = [];
    const server = await start({ home, notice: (message) => notices.push(message) });
    expect(server).toMatchObject({ wasTakenOver: true, pid: other.pid, port: other.port });
    expect(notices.join()).toMatch(/still running .* taken over/);
    expect(await query(server.addresses.owner, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(isAlive(other.pid)).toBe(false);
  });

  it('recovers when process and database were both killed', async () => {
    const home = makeHome();
    const other = await startElsewhere(home);
    await kill(other.child);
    process.kill(other.pid, 'SIGKILL');
    const server = await start({ home });
    expect(server).toMatchObject({ isNew: false, wasTakenOver: false });
    expect(await query(server.addresses.owner, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('starts though the id in the leftover pid file now belongs to another program', async () => {
    const home = makeHome();
    const first = await start({ home });
    await first.stop();
    const lines = [
      process.pid,
      path.join(home, 'postgres/data'),
      0,
      first.port,
      '',
      '127.0.0.1',
      '',
      'ready',
    ];
    writeFileSync(path.join(home, 'postgres/data/postmaster.pid'), `${lines.join('\n')}\n`);
    expect(await start({ home })).toMatchObject({ isNew: false, wasTakenOver: false });
  });

  it('takes another port when its own is taken, and says so; a port that was named must be free', async () => {
    const home = makeHome();
    const first = await start({ home });
    await first.stop();
    const squatter = net.createServer();
    await new Promise<void>((resolve) => squatter.listen(first.port, '127.0.0.1', resolve));
    try {
      await expect(start({ home, port: first.port })).rejects.toMatchObject({ code: 'database/port-taken' });
      const notices: string[] = [];
      const moved = await start({ home, notice: (message) => notices.push(message) });
      expect(moved.port).not.toBe(first.port);
      expect(notices).toEqual([expect.stringContaining(`Port ${first.port} is taken`)]);
    } finally {
      squatter.close();
    }
  });

  it('tells when it dies', async () => {
    const server = await start({ home: makeHome() });
    process.kill(server.pid, 'SIGKILL');
    expect(await server.died).toMatchObject({
      code: 'database/died',
      message: expect.stringContaining(`${server.pid}`),
    });
  });

  it('ends with a process that ends without stopping it', async () => {
    const { child, line } = await startProcess(`
      const { startEmbedded } = await import(${JSON.stringify(moduleUrl('embedded/embedded-database.ts'))});
      console.log((await startEmbedded({ home: ${JSON.stringify(makeHome())} })).pid);
      setTimeout(() => process.exit(1), 100);`);
    await new Promise((resolve) => child.once('exit', resolve));
    for (let i = 0; isAlive(Number(line)) && i < 200; i++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isAlive(Number(line))).toBe(false);
  });

  it('says what to do when the folder cannot be made', async () => {
    const file = path.join(makeHome(), 'file');
    writeFileSync(file, '');
    await expect(start({ home: path.join(file, 'home') })).rejects.toMatchObject({
      code: 'database/folder-not-writable',
      message: expect.stringMatching(/cannot be used: .* Set REHEARSE_HOME/),
    });
  });

  it('does not overwrite what it did not make, and misses its passwords', async () => {
    const home = makeHome();
    mkdirSync(path.join(home, 'postgres/data'), { recursive: true });
    await expect(start({ home })).rejects.toMatchObject({
      message: expect.stringContaining('not a complete database'),
    });
    writeFileSync(path.join(home, 'postgres/data/PG_VERSION'), '18');
    rmSync(path.join(home, 'postgres/secrets.json'));
    await expect(start({ home })).rejects.toMatchObject({ code: 'database/password-lost' });
  });

  it('shows the log of a database that cannot start', async () => {
    const home = makeHome();
    const first = await start({ home });
    await first.stop();
    await expect(start({ home, settings: { shared_buffers: 'nonsense' } })).rejects.toMatchObject({
      code: 'database/did-not-start',
      message: expect.stringContaining('invalid value for parameter "shared_buffers"'),
    });
    // The folder is free again after the failure.
    expect((await start({ home, port: await anyFree() })).isNew).toBe(false);
  });
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
asRoot('as root', () => {
  it('runs as an ordinary user', async () => {
    const server = await start({ home: makeHome() });
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
    expect(Number(uid)).toBeGreaterThan(0);
  });

  it('keeps its files elsewhere when that user may not enter the folder, finds them again, and says so', async () => {
    const [closed, openRoot] = [makeHome(), path.join(makeHome(), 'open')];
    chmodSync(closed, 0o700);
    const notices: string[] = [];
    const options = {
      home: path.join(closed, 'home'),
      openRoot,
      notice: (message: string) => notices.push(message),
    };
    const first = await start(options);
    expect(notices).toContainEqual(expect.stringContaining(`may not enter ${closed}`));
    expect(lstatSync(path.join(closed, 'home/postgres/data')).isSymbolicLink()).toBe(true);
    await first.stop();
    expect(await start(options)).toMatchObject({ isNew: false });
    expect(readdirSync(openRoot)).toHaveLength(1);
  });

  it('names the folder that is closed when there is no other place', async () => {
    const closed = makeHome();
    chmodSync(closed, 0o700);
    await expect(
      start({ home: path.join(closed, 'home'), openRoot: path.join(closed, 'open') }),
    ).rejects.toMatchObject({
      code: 'database/folder-not-reachable',
      message: expect.stringContaining(closed),
    });
    expect(existsSync(path.join(closed, 'home/postgres/lock'))).toBe(false);
  });
});
