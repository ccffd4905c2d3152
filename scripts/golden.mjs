#!/usr/bin/env node
// Golden files: what the program makes of itself, kept in the repository so that a review sees every change of it.
//   node scripts/golden.mjs [name …]            fails where a file is not what would be made now
//   node scripts/golden.mjs --update [name …]   writes them (pnpm golden:update)
// Each is a module of scripts/golden/ that exports `file` (from the root) and `make()`, which gives its text.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(import.meta.dirname, 'golden');
const all = readdirSync(folder)
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => path.basename(name, '.mjs'));
const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const unknown = names.filter((name) => !all.includes(name));

if (args.includes('--help') || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no golden file ${unknown.join(', ')}.`);
  console.error(`node scripts/golden.mjs [--update] [${all.join(' | ')}]`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const stale = [];
for (const name of names.length > 0 ? names : all) if (!(await bring(name))) stale.push(name);
if (stale.length > 0) {
  console.error(`Not up to date: ${stale.join(', ')}. Run \`pnpm golden:update\` and review the difference.`);
  process.exit(1);
}

async function bring(name) {
  const golden = await import(pathToFileURL(path.join(folder, `${name}.mjs`)).href);
  const file = path.join(root, golden.file);
  const made = await golden.make();
  if (existsSync(file) && readFileSync(file, 'utf8') === made) return true;
  if (!args.includes('--update')) return false;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, made);
  console.log(`written: ${golden.file}`);
  return true;
}
