import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { ApiKeyView, CreatedApiKey, Problem, Role, Scope } from '@rehearse/contracts';
import { createApplication, type Application } from '../src/application.js';
import { FirstPeople } from '../src/features/access/index.js';
import { loadConfig } from '../src/platform/config/index.js';
import { TenantDatabase, loginsFor } from '../src/platform/database/index.js';
import { createLog } from '../src/platform/logging/index.js';
import { type Answer, type Client, clientOf, login, PASSWORD } from './client.js';

export { PASSWORD, until, type Answer, type Client, type RequestOptions } from './client.js';

/** A tenant with one user of each role and an API key that may do everything keys may. */
export interface TestTenant {
  id: string;
  admin: Client;
  operator: Client;
  viewer: Client;
  machine: Client;
  /** E-mail addresses; everybody's password is {@link PASSWORD}. */
  emails: Record<'admin' | 'operator' | 'viewer', string>;
  key(scopes: Scope[]): Promise<Client>;
}

export interface TestApp {
  url: string;
  application: Application;
  database: TenantDatabase;
  /** The owner of the installation, Admin of a third tenant. */
  owner: Client;
  one: TestTenant;
  two: TestTenant;
  anonymous: Client;
  client(token: string): Client;
  close(): Promise<void>;
}

const OWNER = 'owner@test.example';
let starts = 0;

export interface TestAppOptions {
  /** Settings by variable, over those of the tests. */
  env?: Record<string, string>;
}

/** The whole server on the database of this test file, listening on a port of its own, with two tenants. */
export async function startTestApp({ env = {} }: TestAppOptions = {}): Promise<TestApp> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'rehearse-e2e-'));
  const config = testConfig({ ...env, REHEARSE_HOME: home });
  const { log } = createLog({ level: config.logLevel, format: 'json', fileMaxMiB: 1, secrets: [] });
  const logins = loginsFor({
    url: config.databaseUrl!,
    appUrl: config.databaseAppUrl,
    workerUrl: config.databaseWorkerUrl,
  });
  const database = new TenantDatabase({ logins, poolSize: config.databasePoolSize });
  const probe = { check: async () => (await database.ping(), { database: true, migrations: true }) };
  const application = await createApplication({ config, log, database, probe });
  await application.nest.listen(0, '127.0.0.1');
  const { port } = application.nest.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const client = (token: string) => clientOf(url, token);
  await application.nest.get(FirstPeople).configuredAdmin({ email: OWNER, password: PASSWORD });
  const owner = client(await login(url, OWNER));
  const close = async () => {
    await application.lifecycle.drain(2_000);
    await application.nest.close();
    await database.close();
    rmSync(home, { recursive: true, force: true });
  };
  // A file may start several, one after the other, on its one database.
  const suffix = starts++ === 0 ? '' : `-${starts}`;
  const one = await makeTenant({ url, owner, name: `one${suffix}` });
  const two = await makeTenant({ url, owner, name: `two${suffix}` });
  return { url, application, database, owner, one, two, anonymous: client(''), client, close };
}

function testConfig(env: Record<string, string>) {
  const { DATABASE_URL, DATABASE_APP_URL, DATABASE_WORKER_URL, LOG_LEVEL = 'silent' } = process.env;
  const addresses = { DATABASE_URL, DATABASE_APP_URL, DATABASE_WORKER_URL };
  const loaded = loadConfig({
    env: { ...addresses, DATABASE_POOL_SIZE: '6', LOG_LEVEL, ...env },
    cwd: env['REHEARSE_HOME']!,
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

interface MakeTenant {
  url: string;
  owner: Client;
  name: string;
}

async function makeTenant({ url, owner, name }: MakeTenant): Promise<TestTenant> {
  const emails = {
    admin: `admin@${name}.example`,
    operator: `operator@${name}.example`,
    viewer: `viewer@${name}.example`,
  };
  const made = await owner.post<{ tenant: { id: string } }>('/api/v1/tenants', {
    name,
    admin: { email: emails.admin, password: PASSWORD },
  });
  const admin = clientOf(url, await login(url, emails.admin));
  await Promise.all([addUser(admin, emails.operator, 'Operator'), addUser(admin, emails.viewer, 'Viewer')]);
  const key = async (scopes?: Scope[]) => {
    const answer = await admin.post<CreatedApiKey & ApiKeyView>('/api/v1/api-keys', { name: 'test', scopes });
    return clientOf(url, answer.body.key!);
  };
  return {
    id: made.body.tenant.id,
    admin,
    operator: clientOf(url, await login(url, emails.operator)),
    viewer: clientOf(url, await login(url, emails.viewer)),
    machine: await key(),
    emails,
    key,
  };
}

const addUser = (admin: Client, email: string, role: Role) =>
  admin.post('/api/v1/users', { email, role, password: PASSWORD });

/** The code of a problem document, for short expectations. */
export const codeOf = (answer: Answer<unknown>): string => (answer.body as Problem).code;
