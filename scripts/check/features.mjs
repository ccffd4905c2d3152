// The studio's features carry the backend's names: whoever knows one side finds the other.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const known = new Set(features('backend/server/src/features'));
const strange = features('frontend/src/features').filter((name) => !known.has(name));
if (strange.length > 0) {
  console.error(`frontend/src/features has ${strange.join(', ')}; the backend has ${[...known].join(', ')}.`);
  process.exitCode = 1;
}

function features(folder) {
  const entries = readdirSync(path.join(root, folder), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name } of entries)
    if (!existsSync(path.join(root, folder, name, 'index.ts'))) {
      console.error(`${folder}/${name} has no front door (index.ts).`);
      process.exitCode = 1;
    }
  return entries.map((entry) => entry.name);
}
