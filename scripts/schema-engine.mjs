#!/usr/bin/env node
// Stands in for the native `schema-engine` that Prisma's command line would download: PRISMA_SCHEMA_ENGINE_BINARY points
// here. The command line talks JSON-RPC over standard input and output, one message a line; the work is done by Prisma's own
// engine, built for WebAssembly, over the driver adapter for pg. Used for authoring and checks, never by the server.
//
// The protocol is not documented: the four Prisma packages are pinned to one version, and a test runs `migrate diff`
// and `migrate deploy` through this file.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const server = createRequire(new URL('../backend/server/package.json', import.meta.url));
const adapterRequire = createRequire(server.resolve('@prisma/adapter-pg'));
const pg = adapterRequire('pg'); // the very copy that the adapter uses
const { PrismaPg } = server('@prisma/adapter-pg');
const { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } = server('@prisma/driver-adapter-utils');

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datamodels: { type: 'string', multiple: true, short: 'd' },
    datasource: { type: 'string' },
    version: { type: 'boolean', short: 'V' },
    'enabled-preview-features': { type: 'string' },
    'extension-types': { type: 'string' },
  },
});
const datasource = flags.datasource ? JSON.parse(flags.datasource) : {};
const url = datasource.url ?? '';

/** `cli can-connect-to-database` and its like: the answer is the exit code, and an error object on standard error. */
async function runCommand(name) {
  try {
    if (name === 'can-connect-to-database') await withClient({ connectionString: url }, () => undefined);
    else if (name === 'create-database') await createDatabase();
    else if (name === 'drop-database')
      await withAdmin((client, database) => client.query(`drop database ${pg.escapeIdentifier(database)}`));
  } catch (error) {
    const code = { '3D000': 'P1003', ECONNREFUSED: 'P1001', '28P01': 'P1000' }[error.code] ?? 'P1011';
    logLine('INFO', { message: 'schema-engine' }); // the command line skips the first line
    logLine('ERROR', {
      is_panic: false,
      error_code: code,
      message: error.message || String(error),
      meta: {},
    });
    process.exitCode = 1;
  }
}

async function serve() {
  presentCharColumns();
  const engine = await makeEngine();
  process.on('uncaughtException', (error) => {
    const panic = globalThis.PRISMA_WASM_PANIC_REGISTRY?.get() || '';
    logLine('ERROR', { is_panic: false, message: panic + (error.stack ?? String(error)) });
    process.exit(1);
  });
  let answered = Promise.resolve();
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const message = line.trim() ? JSON.parse(line) : {};
    if (message.method) answered = answered.then(() => answer(engine, message));
  }
  await answered;
  process.exit(0);
}

async function answer(engine, { id, method, params }) {
  try {
    send({ jsonrpc: '2.0', id, result: await call(engine, method, params) });
  } catch (error) {
    const failure = {
      code: 4466,
      message: 'An error happened. Check the data field for details.',
      data: details(error),
    };
    send({ jsonrpc: '2.0', id, error: failure });
  }
}

async function call(engine, method, params) {
  if (method === 'createDatabase') return { databaseName: await createDatabase() };
  if (method === 'getDatabaseVersion') return engine.version(params);
  if (typeof engine[method] !== 'function') throw new Error(`schema-engine: there is no method ${method}`);
  const result = (await engine[method](params)) ?? {};
  if (method === 'diff' && result.stdout != null)
    send({ jsonrpc: '2.0', id: `print-${Date.now()}`, method: 'print', params: { content: result.stdout } });
  return result;
}

function details(error) {
  try {
    const data = JSON.parse(error.message);
    if (data?.message) return data;
  } catch {
    // A plain message, not the engine's own JSON.
  }
  const known = typeof error.code === 'string' && error.code.startsWith('P') ? error.code : undefined;
  return {
    is_panic: error.name === 'RuntimeError',
    message: error.message ?? String(error),
    error_code: known,
    meta: error.meta ?? {},
  };
}

async function makeEngine() {
  const entry = server.resolve('@prisma/schema-engine-wasm');
  const glue = await import(pathToFileURL(entry.replace(/schema_engine\.js$/, 'schema_engine_bg.js')).href);
  const bytes = readFileSync(entry.replace(/schema_engine\.js$/, 'schema_engine_bg.wasm'));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    './schema_engine_bg.js': glue,
  });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start?.();
  let panic = '';
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => (panic = message), get: () => panic };
  const models = (flags.datamodels ?? []).map((model, i) => [
    `schema${i}.prisma`,
    Buffer.from(model, 'base64').toString(),
  ]);
  const factory = bindMigrationAwareSqlAdapterFactory(
    new EngineAdapter(settings(url), { schema: schemaOf(url) }),
  );
  const log = (line) => void (process.env.DEBUG && process.stderr.write(`${line}\n`));
  return glue.SchemaEngine.new({ datamodels: models.length > 0 ? models : undefined }, log, factory);
}

/** The adapter with what the engine needs and it does not do: scripts in one piece, and a true shadow database. */
class EngineAdapter extends PrismaPg {
  async connect() {
    return whole(await super.connect());
  }

  async connectToShadowDb() {
    if (datasource.shadowDatabaseUrl)
      return whole(await new PrismaPg(settings(datasource.shadowDatabaseUrl)).connect());
    const database = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
    await withAdmin((client) => client.query(`create database "${database}" template template0`));
    const connection = whole(await new PrismaPg({ ...settings(url), database }).connect());
    const dispose = connection.dispose.bind(connection);
    connection.dispose = async () => {
      await dispose();
      await withAdmin((client) => client.query(`drop database if exists "${database}" with (force)`));
    };
    return connection;
  }
}

/** The adapter cuts scripts at every `;`, which breaks function bodies and loses the transaction around a migration. */
function whole(connection) {
  connection.executeScript = async (script) => {
    try {
      await connection.client.query(script);
    } catch (error) {
      connection.onError(error);
    }
  };
  patchColumnTypes(connection);
  return connection;
}

const CHAR = 18;
const CHAR_ARRAY = 1002;
/** The adapter knows no one-byte "char", which the catalogue is full of: let it see the array type that it knows. */
function presentCharColumns() {
  const addFields = pg.Result.prototype.addFields;
  pg.Result.prototype.addFields = function (fields) {
    addFields.call(this, fields);
    for (const field of this.fields) if (field.dataTypeID === CHAR) field.dataTypeID = CHAR_ARRAY;
  };
}

let patched = false;
/** … and set right the type of every such column that holds no array. */
function patchColumnTypes(connection) {
  if (patched) return;
  patched = true;
  let prototype = connection;
  while (prototype && !Object.hasOwn(prototype, 'queryRaw')) prototype = Object.getPrototypeOf(prototype);
  const original = prototype.queryRaw;
  prototype.queryRaw = async function (query) {
    const result = await original.call(this, query);
    result.columnTypes.forEach((type, i) => {
      if (type === ColumnTypeEnum.CharacterArray && !result.rows.some((row) => Array.isArray(row[i])))
        result.columnTypes[i] = ColumnTypeEnum.Character;
    });
    return result;
  };
}

/** Settings one by one: beside a connection string, pg would ignore `database`, and the shadow would be the main one. */
function settings(address) {
  const { hostname, port, username, password, pathname, searchParams } = new URL(address);
  const mode = searchParams.get('sslmode') ?? '';
  return {
    max: 1, // the migration lock belongs to a session
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: password ? decodeURIComponent(password) : undefined,
    database: decodeURIComponent(pathname.slice(1)),
    ssl: /require|verify/.test(mode) ? { rejectUnauthorized: mode.startsWith('verify') } : undefined,
  };
}

function schemaOf(address) {
  return URL.canParse(address) ? (new URL(address).searchParams.get('schema') ?? undefined) : undefined;
}

async function withClient(config, work) {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function withAdmin(work) {
  const admin = new URL(url);
  const database = decodeURIComponent(admin.pathname.slice(1));
  admin.pathname = '/postgres';
  admin.searchParams.delete('schema');
  return withClient({ connectionString: admin.href }, (client) => work(client, database));
}

function createDatabase() {
  return withAdmin(async (client, database) => {
    try {
      await client.query(`create database ${pg.escapeIdentifier(database)}`);
    } catch (error) {
      if (error.code !== '42P04') throw error; // it is there
    }
    return database;
  });
}

function send(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function logLine(level, fields) {
  const line = { timestamp: new Date().toISOString(), level, fields, target: 'schema_engine::logger' };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

if (flags.version) console.log('schema-engine-cli (WebAssembly)');
else if (positionals[0] === 'cli') await runCommand(positionals[1]);
else await serve();
