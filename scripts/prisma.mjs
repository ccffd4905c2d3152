#!/usr/bin/env node
// Prisma's command line for backend/server, without the engine that it would download: scripts/schema-engine.mjs speaks
// in its place. A native engine is used where PRISMA_SCHEMA_ENGINE_BINARY names one.
//   node scripts/prisma.mjs generate
//   DATABASE_URL=… node scripts/prisma.mjs migrate status
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const server = path.resolve(import.meta.dirname, '../backend/server');
const manifest = createRequire(path.join(server, 'package.json')).resolve('prisma/package.json');
const cli = path.join(path.dirname(manifest), 'build/index.js');

// To generate, any program will do: the engine is looked for and not used. (Windows cannot execute a .mjs file.)
const engine =
  process.argv[2] === 'generate' ? process.execPath : path.join(import.meta.dirname, 'schema-engine.mjs');
const env = { ...process.env, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' };
env.PRISMA_SCHEMA_ENGINE_BINARY ??= engine;
// The shim starts with whatever `node` comes first.
env.PATH = [path.dirname(process.execPath), env.PATH].join(path.delimiter);

const { status, error } = spawnSync(process.execPath, [cli, ...process.argv.slice(2)], {
  cwd: server,
  env,
  stdio: 'inherit',
});
if (error) throw error;
process.exit(status ?? 1);
