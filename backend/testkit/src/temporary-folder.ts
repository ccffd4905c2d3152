import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TemporaryFolder {
  readonly path: string;
  /** Writes a file, its folders too; answers its path inside the folder. */
  write(name: string, text: string): string;
  read(name: string): string;
  /** The files in it, with their path inside, sorted. */
  list(): string[];
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  const root = mkdtempSync(path.join(tmpdir(), 'rehearse-test-'));
  return {
    path: root,
    write(name, text) {
      const file = path.join(root, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      return name;
    },
    read: (name) => readFileSync(path.join(root, name), 'utf8'),
    list: () =>
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
        .sort(),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
