import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { ApiKeyView, CreatedApiKey, LoginAnswer, Problem, Role, Scope } from '@rehearse/contracts';
import { createApplication, type Application } from '../src/application.js';
import { FirstPeople } from '../src/features/access/index.js';
import { loadConfig } from '../src/platform/config/index.js';
import { TenantDatabase, loginsFor } from '../src/platform/database/index.js';
import { createLog } from '../src/platform/logging/index.js';

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

export interface RequestOptions {
  method?: string;
  /** JSON, unless it is text, bytes or a form. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Somebody who calls the API over real HTTP. */
export interface Client {
  /** Of the access token or API key; empty for nobody. */
  token: string;
  call<T = unknown>(path: string, options?: RequestOptions): Promise<Answer<T>>;
  get<T = unknown>(path: string): Promise<Answer<T>>;
  post<T = unknown>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
}

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

export const PASSWORD = 'correct-horse-battery';
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

async function login(url: string, email: string): Promise<string> {
  const answer = await clientOf(url, '').post<LoginAnswer>('/api/v1/auth/login', {
    email,
    password: PASSWORD,
  });
  if (answer.status !== 200) throw new Error(`${email} cannot sign in: ${JSON.stringify(answer.body)}`);
  return answer.body.accessToken;
}

function clientOf(url: string, token: string): Client {
  const call = <T>(target: string, options: RequestOptions = {}) =>
    request<T>(url + target, { token, ...options });
  return {
    token,
    call,
    get: (target) => call(target),
    post: (target, body, headers = {}) => call(target, { method: 'POST', body, headers }),
  };
}

async function request<T>(
  url: string,
  { token, method = 'GET', body, headers = {} }: RequestOptions & { token: string },
): Promise<Answer<T>> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body !== undefined && !isRaw ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json\b(?!l)/.test(response.headers.get('content-type') ?? '') && text !== '';
  const isLines = (response.headers.get('content-type') ?? '').includes('ndjson');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson && !isLines ? JSON.parse(text) : text) as T,
  };
}

/** The code of a problem document, for short expectations. */
/** Resolves when it holds; a test that waits in vain ends with its own time limit. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

export const codeOf = (answer: Answer<unknown>): string => (answer.body as Problem).code;
