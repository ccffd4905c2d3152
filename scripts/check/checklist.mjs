// Each line of checklist.md that is ticked names a test; this looks whether there is one of that name.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const files = globSync('backend/*/{src,e2e}/**/*.{spec,e2e}.ts', { cwd: root });
const isDatabase = (file) => /\.db\.spec\.ts$|\.e2e\.ts$/.test(file);
const TIERS = {
  unit: (pattern) => files.some((file) => !isDatabase(file) && file.includes(pattern)),
  db: (pattern) => files.some((file) => isDatabase(file) && file.includes(pattern)),
  studio: (pattern) => journeys().some((text) => text.toLowerCase().includes(pattern.toLowerCase())),
};

const lines = readFileSync(path.join(root, 'checklist.md'), 'utf8').split('\n');
for (const [at, line] of lines.entries()) {
  if (!line.startsWith('- [x]')) continue;
  const named = [...line.matchAll(/`([^`]+)`/g)].map(([, command]) => command);
  if (named.length === 0) fail(at, 'is ticked and names nothing that shows it');
  for (const command of named) {
    const [, tier, pattern] = /^(unit|db|studio) (.+)$/.exec(command) ?? [];
    if (tier && !TIERS[tier](pattern)) fail(at, `names \`${command}\`, and there is no such test`);
  }
}

function fail(at, what) {
  console.error(`checklist.md:${at + 1} ${what}.`);
  process.exitCode = 1;
}

/** The titles of the browser tests. */
function journeys() {
  const specs = globSync('frontend/e2e/**/*.ts', { cwd: root }).map((file) =>
    readFileSync(path.join(root, file), 'utf8'),
  );
  return specs.flatMap((text) =>
    [...text.matchAll(/\b(?:test|describe)(?:\.\w+)?\(\s*[`'"](.+?)[`'"],/g)].map(([, title]) => title),
  );
}
