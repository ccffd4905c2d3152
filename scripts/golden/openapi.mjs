// The API as OpenAPI 3.1, from the routes and schemas of the server. Nothing of it is started and no database is needed.
import os from 'node:os';
import '../jest/typescript.mjs';

export const file = 'backend/server/golden/openapi.json';

export async function make() {
  const source = '../../backend/server/src';
  await import(`${source}/platform/regex-belt.ts`);
  const { assembleApplication } = await import(`${source}/application.ts`);
  const { loadConfig } = await import(`${source}/platform/config/index.ts`);
  const { TenantDatabase } = await import(`${source}/platform/database/index.ts`);
  const { createLog } = await import(`${source}/platform/logging/index.ts`);
  const { OpenApi } = await import(`${source}/platform/openapi/index.ts`);
  const env = { JWT_SECRET: 'only to describe the API, never to sign', LOG_LEVEL: 'error' };
  const { config } = loadConfig({ env, cwd: os.tmpdir() });
  const nowhere = { url: 'postgresql://nobody@127.0.0.1:1/none' };
  const database = new TenantDatabase({ logins: { app: nowhere, worker: nowhere }, poolSize: 1 });
  const { log } = createLog({ level: 'error', format: 'json', fileMaxMiB: 1, secrets: [], out: process.stderr });
  const { nest } = await assembleApplication({ config, log, database, probe: { check: () => Promise.reject() } });
  const document = nest.get(OpenApi).document();
  return `${JSON.stringify(document, null, 2)}\n`;
}
