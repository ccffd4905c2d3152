// Reads what the tests left in coverage/raw; each entry of V8's script coverage gets its code and its source map.
import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import { isMeasured } from './measured.mjs';

/** What Jest ran, with the code as Jest transformed it (scripts/measure/jest-reporter.mjs). */
export function* jestEntries(raw) {
  const sources = new Map();
  for (const file of jsonFiles(path.join(raw, 'jest')))
    yield read(file).map((entry) => ({
      ...entry,
      source: once(sources, path.join(raw, 'jest/sources', entry.source), (name) =>
        readFileSync(name, 'utf8'),
      ),
    }));
}

/** What processes ran that were started with NODE_V8_COVERAGE: the command line and servers, as they are built. */
export function* nodeEntries(raw) {
  const built = new Map();
  for (const file of jsonFiles(path.join(raw, 'node'))) {
    const entries = read(file).result.filter(({ url }) => url.startsWith('file:') && isMeasured(url));
    yield entries.flatMap((entry) => withCode(entry, built, fileURLToPath(entry.url)));
  }
}

/** What Chromium ran (frontend/e2e/measured.ts); the maps are those of a second build beside the one that was served. */
export function* browserEntries(raw) {
  const built = new Map();
  for (const file of jsonFiles(path.join(raw, 'browser')))
    yield read(file).flatMap((entry) =>
      withCode(entry, built, path.join(raw, 'studio/assets', path.basename(new URL(entry.url).pathname))),
    );
}

/** Every source as if nothing of it had run, for those that no test loads. */
export function* untestedEntries(root) {
  const files = globSync('{backend/*,frontend}/src/**/*.{ts,tsx}', { cwd: root }).filter(isMeasured);
  yield files.map((file) => {
    const name = path.join(root, file);
    const { code, map } = transformSync(readFileSync(name, 'utf8'), settingsFor(name));
    const ranges = [{ startOffset: 0, endOffset: code.length, count: 0 }];
    const functions = [{ functionName: '', ranges, isBlockCoverage: true }];
    return { url: pathToFileURL(name).href, source: code, sourceMap: JSON.parse(map), functions };
  });
}

const settingsFor = (filename) => ({
  ...{ filename, configFile: false, swcrc: false, sourceMaps: true, isModule: true },
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', tsx: filename.endsWith('.tsx'), decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, react: { runtime: 'automatic' } },
  },
});

function withCode(entry, built, file) {
  const code = once(built, file, codeAndMap);
  return code ? [{ ...entry, ...code }] : [];
}

/** The built code and its map, with the sources in it (the compiler leaves them out). */
function codeAndMap(file) {
  if (!existsSync(file) || !existsSync(`${file}.map`)) return undefined;
  const map = read(`${file}.map`);
  const sources = map.sources.map((source) => path.resolve(path.dirname(file), map.sourceRoot ?? '', source));
  const texts = sources.map((source, at) => map.sourcesContent?.[at] ?? textOf(source));
  return {
    source: readFileSync(file, 'utf8'),
    sourceMap: { ...map, sourceRoot: '', sources, sourcesContent: texts },
  };
}

const textOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

function once(cache, key, make) {
  if (!cache.has(key)) cache.set(key, make(key));
  return cache.get(key);
}

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function jsonFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.join(folder, name));
}
