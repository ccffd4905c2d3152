import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commandLine, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

let folder: TemporaryFolder;
let rehearse: ReturnType<typeof commandLine>;
beforeEach(() => {
  folder = temporaryFolder();
  rehearse = commandLine(main, { cwd: folder.path });
});
afterEach(() => folder.remove());

/** What the doctor says of one thing, on one line. */
const line = (out: string, name: string): string =>
  out
    .split(/\n(?=[✓✗!])/)
    .find((part) => part.slice(2).startsWith(name))
    ?.replaceAll(/\s*\n\s*/g, ' | ')
    .trim() ?? '';

describe('rehearse doctor', () => {
  it('finds everything that the product needs on this machine', async () => {
    const { code, out } = await rehearse(['doctor'], {
      env: { ...process.env, PORT: '0', REHEARSE_HOME: 'home' },
    });
    expect(code).toBe(0);
    expect(line(out, 'Node')).toBe(`✓ Node        ${process.versions.node}`);
    expect(line(out, 'Database')).toBe(`✓ Database    embedded, under ${folder.path}/home`);
    expect(line(out, 'Disk')).toMatch(/^[✓!] Disk {8}[\d,]+ MiB free at /);
    expect(out).toContain('Everything that is needed is there.');
  });

  it('says what is not there and how to get it, and that the product works without it', async () => {
    const { code, out } = await rehearse(['doctor'], {
      env: { PATH: folder.path, HOME: folder.path, PORT: '0' },
    });
    expect(code).toBe(0);
    expect(line(out, 'pnpm')).toContain('! pnpm        not on the PATH | help Only for work on a checkout');
    expect(line(out, 'Browser')).toMatch(
      /^! Browser {5}no Chromium or Chrome was found.*help Install Chromium/,
    );
  });

  it('finds the browser that is named, that Playwright brought, and says when the name is wrong', async () => {
    const browserLine = async (env: Record<string, string>) =>
      line(
        (await rehearse(['doctor'], { env: { PATH: folder.path, HOME: folder.path, PORT: '0', ...env } }))
          .out,
        'Browser',
      );
    expect(await browserLine({ CHROMIUM_PATH: process.execPath })).toBe(
      `✓ Browser     ${process.execPath} (CHROMIUM_PATH)`,
    );
    expect(await browserLine({ CHROMIUM_PATH: '/nowhere' })).toContain(
      '! Browser     CHROMIUM_PATH is /nowhere, where there is none',
    );
    folder.write('.cache/ms-playwright/chromium-1200/INSTALLATION_COMPLETE', '');
    expect(await browserLine({})).toContain('✓ Browser');
  });

  it('ends with 2 when a port that was asked for is taken, and only mentions it for the default', async () => {
    const taken = await listen();
    const port = String((taken.address() as AddressInfo).port);
    const { code, out } = await rehearse(['doctor'], { env: { ...process.env, PORT: port } });
    expect(code).toBe(2);
    expect(line(out, 'Port')).toContain(
      `✗ Port        ${port} is taken by another process | help End that process`,
    );
    folder.write(
      '.rehearse/server.json',
      JSON.stringify({ url: `http://127.0.0.1:${port}`, pid: process.pid }),
    );
    const own = await rehearse(['doctor'], { env: { ...process.env, PORT: port } });
    expect(own.code).toBe(0);
    expect(line(own.out, 'Port')).toBe(`✓ Port        ${port}, our own server listens there`);
    expect(line(own.out, 'Database')).toContain(
      `in use by the server at http://127.0.0.1:${port} (pid ${process.pid})`,
    );
    taken.close();
  });

  it('names the problems of the configuration once', async () => {
    const { code, out } = await rehearse(['doctor'], {
      env: { ...process.env, PORT: 'many', DATABASE_POOL_SIZE: '0' },
    });
    expect(code).toBe(2);
    expect(line(out, 'Config')).toBe(
      '✗ Config      The configuration has 2 problems: | PORT in the environment: must be a whole number, got "many" | DATABASE_POOL_SIZE in the environment: must be at least 1, got "0"',
    );
    expect(out.match(/The configuration has/g)).toHaveLength(1);
  });

  it('asks whether the database that is named answers', async () => {
    const database = await listen();
    const { port } = database.address() as AddressInfo;
    const databaseLine = async (at: number) => {
      const env = { ...process.env, PORT: '0', DATABASE_URL: `postgres://user:hidden@127.0.0.1:${at}/lab` };
      const { code, out } = await rehearse(['doctor'], { env });
      expect(out).not.toContain('hidden');
      return `${code} ${line(out, 'Database')}`;
    };
    expect(await databaseLine(port)).toBe(`0 ✓ Database    127.0.0.1:${port}/lab answers`);
    database.close();
    expect(await databaseLine(9)).toContain(
      '2 ✗ Database    127.0.0.1:9/lab does not answer | help Check DATABASE_URL',
    );
  });
});

describe('rehearse doctor --config', () => {
  it('prints every setting with its source, and no secret', async () => {
    folder.write('rehearse.yaml', 'port: 8123\n');
    const env = { DATABASE_URL: 'postgres://user:hidden@db/lab' };
    const { code, out } = await rehearse(['doctor', '--config'], { env });
    expect(code).toBe(0);
    expect(out).toMatch(/^PORT +8123 +\(port in rehearse\.yaml\)$/m);
    expect(out).toMatch(/^DATABASE_URL +\(set, not shown\) +\(DATABASE_URL in the environment\)$/m);
    expect(out).toMatch(/^HOST +127\.0\.0\.1 +\(default\)/m);
    expect(out).not.toContain('hidden');
  });

  it('names every problem of the configuration with its source, and ends with 2', async () => {
    const { code, err } = await rehearse(['doctor', '--config'], {
      env: { PORT: 'many', DATABASE_POOL_SIZE: '0' },
    });
    expect(code).toBe(2);
    expect(err).toContain('The configuration has 2 problems');
    expect(err).toMatch(/PORT/);
    expect(err).toMatch(/DATABASE_POOL_SIZE/);
  });
});

const listen = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  });
