import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Limits, Reply } from './protocol.js';

export interface Runner {
  write(lines: string): void;
  kill(): void;
}

interface Listener {
  reply(reply: Reply): void;
  end(why: string): void;
}

const own = fileURLToPath(import.meta.url);
const RUNNER = path.join(path.dirname(own), `runner${path.extname(own)}`);

/** Starts the process that works scripts out: no environment, no files but its packages, no children, and little memory. */
export function startRunner(limits: Limits, listener: Listener): Runner {
  const flags = ['--max-old-space-size=64', '--disable-warning=ExperimentalWarning', ...permissions()];
  const child = spawn(process.execPath, [...flags, RUNNER, JSON.stringify(limits)], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', (line) =>
    listener.reply(JSON.parse(line) as Reply),
  );
  child.on('error', (error) => listener.end(error.message));
  child.on('exit', (code, signal) => listener.end(signal ?? `exit code ${code}`));
  child.stdin.on('error', () => undefined);
  // Whoever waits for an answer has a timer; a program that has nothing else to do ends, and this process with it.
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref?(): void }).unref?.();
  return { write: (lines) => void child.stdin.write(lines), kill: () => void child.kill('SIGKILL') };
}

/** What it may read is code: this package, and the folder that all packages lie in. */
function permissions(): string[] {
  const require = createRequire(import.meta.url);
  const entries = [
    require.resolve('quickjs-emscripten-core'),
    require.resolve('@jitl/quickjs-singlefile-mjs-release-sync'),
    require.resolve('node-sql-parser'),
  ];
  const stores = entries.map((entry) => outermost(realpathSync(entry)));
  const readable = new Set([path.resolve(path.dirname(RUNNER), '../..'), ...stores]);
  return ['--permission', ...[...readable].map((folder) => `--allow-fs-read=${folder}`)];
}

/** `/x/node_modules` of `/x/node_modules/.store/y/node_modules/y/index.js`. */
function outermost(file: string): string {
  const folder = `${path.sep}node_modules`;
  return file.slice(0, file.indexOf(folder + path.sep) + folder.length);
}
