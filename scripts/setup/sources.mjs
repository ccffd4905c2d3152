// What each part of the build is made from, and whether it is older than that.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const BACKEND = ['contracts', 'engine', 'adapters', 'server', 'cli'].map((name) => `backend/${name}`);

export const PARTS = {
  client: {
    sources: ['backend/server/prisma/schema'],
    output: 'backend/server/src/generated/prisma/client.ts',
  },
  backend: {
    sources: [...BACKEND.flatMap((name) => [`${name}/src`, `${name}/tsconfig.json`]), 'tsconfig.base.json'],
    output: 'backend/cli/dist/index.js',
  },
  cli: {
    sources: [
      ...['contracts', 'engine', 'adapters', 'cli'].map((name) => `backend/${name}/src`),
      'backend/cli/bin',
      'scripts/setup/bundle-cli.mjs',
      'scripts/setup/keep-code.mjs',
    ],
    output: 'backend/cli/dist-bundle/main.cjs',
  },
  frontend: {
    sources: [
      'frontend/src',
      'frontend/public',
      'frontend/index.html',
      'frontend/vite.config.ts',
      'backend/contracts/src',
    ],
    output: 'frontend/dist/index.html',
  },
};

export function isBuilt(root) {
  return Object.keys(PARTS).every((part) => isFresh(root, part));
}

export function isFresh(root, part) {
  return (
    existsSync(path.join(root, PARTS[part].output)) && read(stampFile(root, part)) === digest(root, part)
  );
}

export function remember(root, part, made) {
  mkdirSync(path.dirname(stampFile(root, part)), { recursive: true });
  writeFileSync(stampFile(root, part), made);
}

/** Over path and content of every file, tests left out; what is generated or built is no source. */
export function digest(root, part) {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'pnpm-lock.yaml')));
  for (const source of PARTS[part].sources) add(hash, root, path.join(root, source));
  return hash.digest('hex');
}

function add(hash, root, file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat || /[\\/](generated|dist|dist-bundle|node_modules)$|\.(spec|test)\.tsx?$/.test(file)) return;
  if (stat.isDirectory()) for (const name of readdirSync(file).sort()) add(hash, root, path.join(file, name));
  else hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
}

function stampFile(root, part) {
  return path.join(root, 'node_modules', '.rehearse', `${part}.built`);
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
