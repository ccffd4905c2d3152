// Reads what the tests left in coverage/raw: `jest/` (scripts/measure/jest-reporter.mjs), `node/` (processes that were started
// with NODE_V8_COVERAGE) and `browser/` (Chromium); each entry gets its code and its source map.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMeasured } from './measured.mjs';

/** Batches of V8's script coverage, one for each file that was left. */
export function* measuredEntries(root, raw) {
  const sources = new Map();
  for (const file of jsonFiles(path.join(raw, 'jest')))
    yield read(file).map((entry) => ({
      ...entry,
      source: once(sources, path.join(raw, 'jest/sources', entry.source), (name) =>
        readFileSync(name, 'utf8'),
      ),
    }));

  const built = new Map();
  for (const file of jsonFiles(path.join(raw, 'node'))) {
    const entries = read(file).result.filter(({ url }) => url.startsWith('file:') && isMeasured(url));
    yield entries.flatMap((entry) => {
      const code = once(built, fileURLToPath(entry.url), withMap);
      return code ? [{ ...entry, ...code }] : [];
    });
  }

  for (const file of jsonFiles(path.join(raw, 'browser')))
    yield read(file).flatMap((entry) => {
      const name = path.join(raw, 'studio/assets', path.basename(new URL(entry.url).pathname));
      const code = once(built, name, withMap);
      return code ? [{ ...entry, ...code }] : [];
    });
}

/** The built code and its map, with the sources in it (the compiler leaves them out). */
function withMap(file) {
  if (!existsSync(file) || !existsSync(`${file}.map`)) return undefined;
  const map = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
  const sources = map.sources.map((source) => path.resolve(path.dirname(file), map.sourceRoot ?? '', source));
  const texts = sources.map(
    (source, at) => map.sourcesContent?.[at] ?? (existsSync(source) ? readFileSync(source, 'utf8') : ''),
  );
  return {
    source: readFileSync(file, 'utf8'),
    sourceMap: { ...map, sourceRoot: '', sources, sourcesContent: texts },
  };
}

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
