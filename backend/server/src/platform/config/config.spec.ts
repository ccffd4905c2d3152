import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  configurationDocument,
  describeConfig,
  describeProblems,
  environmentExample,
  loadConfig,
  secretValues,
  type ConfigRequest,
} from './index.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(path.join(os.tmpdir(), 'rehearse-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(path.join(cwd, name), text);

function load(request: ConfigRequest = {}) {
  const loaded = loadConfig({ env: {}, cwd, ...request });
  if (!loaded.ok) throw new Error(describeProblems(loaded.problems));
  return loaded;
}

function problemsOf(request: ConfigRequest): string[] {
  const loaded = loadConfig({ env: {}, cwd, ...request });
  return loaded.ok ? [] : loaded.problems.map(({ source, message }) => `${source}: ${message}`);
}

describe('the configuration', () => {
  it('comes from the strongest place that has a value, and says which', () => {
    write(
      'rehearse.yaml',
      'host: file.example\nport: 1\nlogLevel: warn\nDATABASE_POOL_SIZE: 3\nmaxConcurrentRuns: 2\n',
    );
    write('rehearse.development.yaml', 'port: 2\nlogLevel: error\nmaxConcurrentRuns: 4\n');
    write('.env', 'PORT=3\nLOG_LEVEL=debug\n');
    const { config, values } = load({ flags: { port: 5 }, env: { PORT: '4', LOG_LEVEL: '' } });
    expect(config).toMatchObject({
      port: 5,
      logLevel: 'debug',
      maxConcurrentRuns: 4,
      host: 'file.example',
      databasePoolSize: 3,
      runTimeout: 3_600,
    });
    const sources = Object.fromEntries(values.map(({ key, source }) => [key, source]));
    expect([
      sources['port'],
      sources['logLevel'],
      sources['maxConcurrentRuns'],
      sources['host'],
      sources['runTimeout'],
    ]).toMatchInlineSnapshot(`
      [
        "--port on the command line",
        "LOG_LEVEL in .env",
        "maxConcurrentRuns in rehearse.development.yaml",
        "host in rehearse.yaml",
        "default",
      ]
    `);
  });

  it('reads .env and the files of other environments only where they belong', () => {
    write('.env', 'PORT=3\n');
    write('rehearse.production.yaml', 'maxConcurrentRuns: 99\n');
    expect(load().config).toMatchObject({ port: 3, maxConcurrentRuns: 16, environment: 'development' });
    for (const name of ['NODE_ENV', 'ENV', 'ENVIRONMENT'])
      expect(load({ env: { [name]: 'production' } }).config).toMatchObject({
        port: undefined,
        maxConcurrentRuns: 99,
        environment: 'production',
      });
  });

  it('puts variables and secrets into files, and says which are missing', () => {
    write(
      'rehearse.yaml',
      'databaseUrl: postgresql://me:${secret:database-password}@${DB_HOST}/x\njwtSecret: ${NOT_THERE}\n',
    );
    const env = { DATABASE_PASSWORD: 'geheim', DB_HOST: 'db.example' };
    expect(problemsOf({ env })).toEqual(['jwtSecret in rehearse.yaml: ${NOT_THERE} is not set anywhere']);
    const loaded = load({ env: { ...env, NOT_THERE: 'x'.repeat(32) } });
    expect(loaded.config.databaseUrl).toBe('postgresql://me:geheim@db.example/x');
    expect(secretValues(loaded.values)).toContain('geheim');
  });

  it('names every problem at once, with its source, and never a secret', () => {
    write('rehearse.yaml', 'prot: 1\ncorsOrigins: ["*"]\nlogLevel: loud\n');
    const env = {
      PORT: '70000',
      DATABASE_URL: 'mysql://me:geheim@x',
      JWT_SECRET: 'kurz',
      OTEL_SAMPLING_RATIO: 'half',
    };
    expect(problemsOf({ env })).toMatchInlineSnapshot(`
      [
        "prot in rehearse.yaml: is not a setting; did you mean \`port\`?",
        "PORT in the environment: must be at most 65535, got "70000"",
        "corsOrigins in rehearse.yaml: must be origins such as https://studio.example.org, with commas between; \`*\` is not taken, got ["*"]",
        "DATABASE_URL in the environment: must be an address that begins with postgres:// or postgresql://",
        "JWT_SECRET in the environment: must have at least 32 characters",
        "logLevel in rehearse.yaml: must be one of fatal, error, warn, info, debug, trace, silent, got "loud"",
        "OTEL_SAMPLING_RATIO in the environment: must be a number, got "half"",
      ]
    `);
    expect(problemsOf({ env }).join()).not.toMatch(/geheim|kurz/);
  });

  it('names what contradicts itself', () => {
    expect(
      problemsOf({
        env: { DATABASE_APP_URL: 'postgresql://x/y', SECRET_BACKEND: 'vault', FIRST_ADMIN_EMAIL: 'a@b' },
      }),
    ).toMatchInlineSnapshot(`
      [
        "SECRET_BACKEND: secrets do not come from vault yet; use env",
        "DATABASE_APP_URL: is only for a database of your own: set DATABASE_URL too, for the migrations",
        "FIRST_ADMIN_EMAIL and FIRST_ADMIN_PASSWORD: set both or none",
      ]
    `);
  });

  it('says what is wrong with a file that is not a map of settings', () => {
    write('rehearse.yaml', '- a\n- b\n');
    expect(problemsOf({})).toEqual([
      'rehearse.yaml: must be a map of settings, one a line, such as `port: 8000`',
    ]);
    write('rehearse.yaml', 'port: [1\n');
    expect(problemsOf({})[0]).toMatch(/^rehearse\.yaml: is not YAML: /);
  });

  it('is shown with its sources and without secrets', () => {
    const { values } = load({
      env: {
        DATABASE_URL: 'postgresql://me:geheim@db/x',
        CORS_ORIGINS: 'https://a.example, https://b.example',
      },
    });
    const shown = describeConfig(values);
    expect(JSON.stringify(shown)).not.toContain('geheim');
    const of = (wanted: string) => shown.find(({ name }) => name === wanted);
    expect(of('DATABASE_URL')).toEqual({
      name: 'DATABASE_URL',
      value: '(set, not shown)',
      source: 'DATABASE_URL in the environment',
      used: true,
    });
    expect(of('CORS_ORIGINS')?.value).toBe('https://a.example,https://b.example');
    expect(of('REDIS_URL')).toEqual({
      name: 'REDIS_URL',
      value: '(not set)',
      source: 'default',
      used: false,
    });
  });
});

describe('the generated documents', () => {
  const root = path.resolve(import.meta.dirname, '../../../../..');
  const advice = 'Run `pnpm golden:update` and review the difference.';

  it.each([
    ['docs/configuration.md', configurationDocument],
    ['.env.example', environmentExample],
  ])('%s is what the schema says', (file, make) => {
    const isSame = readFileSync(path.join(root, file), 'utf8') === make();
    expect(isSame ? '' : `${file} is not up to date. ${advice}`).toBe('');
  });
});
