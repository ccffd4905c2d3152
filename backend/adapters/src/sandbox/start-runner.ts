import { spawn } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Limits, Reply } from './protocol.js';

export interface Runner {
  write(lines: string): void;
  kill(): void;
  /** Milliseconds of a processor that it has taken so far; null where the system does not tell. */
  cpuMs(): number | null;
}

interface Listener {
  reply(reply: Reply): void;
  end(why: string): void;
}

const own = fileURLToPath(import.meta.url);
/** What the process is made of beside its own code. */
const PACKAGES = ['quickjs-emscripten-core', '@jitl/quickjs-wasmfile-release-sync', 'node-sql-parser'];
const RUNNER = path.join(path.dirname(own), own.endsWith('.ts') ? 'runner.ts' : 'runner.js');

const FLAGS = [
  '--max-old-space-size=64',
  // To optimize QuickJS takes V8 more of a processor than thousands of programs do, and would make long ones twice as fast.
  '--liftoff-only',
  '--disable-warning=ExperimentalWarning',
];

/** Starts the process that works scripts out: no environment, no files but its packages, no children, and little memory. */
export function startRunner(limits: Limits, listener: Listener): Runner {
  const child = spawn(process.execPath, [...FLAGS, ...permissions(), RUNNER, JSON.stringify(limits)], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    // Not by `readline`, which takes U+2028 for the end of a line.
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) listener.reply(JSON.parse(line) as Reply);
  });
  child.on('error', (error) => listener.end(error.message));
  child.on('exit', (code, signal) => listener.end(signal ?? `exit code ${code}`));
  child.stdin.on('error', () => undefined);
  // Whoever waits for an answer has a timer; a program that has nothing else to do ends, and this process with it.
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref?(): void }).unref?.();
  return {
    write: (lines) => void child.stdin.write(lines),
    kill: () => void child.kill('SIGKILL'),
    cpuMs: () => cpuMsOf(child.pid),
  };
}

/** Of a hundredth of a second, which Linux counts in wherever Node runs. */
const TICK_MS = 10;

function cpuMsOf(pid: number | undefined): number | null {
  try {
    // The name of the program, in brackets, may hold anything; time in user and in system mode are 12th and 13th behind it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(user) + Number(system)) * TICK_MS;
  } catch {
    return null;
  }
}

/** What it may read is code: this package, and the folder that all packages lie in. */
function permissions(): string[] {
  const own = path.dirname(findPackageJSON(pathToFileURL(RUNNER))!);
  const readable = new Set([own, ...PACKAGES.flatMap(store)]);
  return ['--permission', ...[...readable].map((folder) => `--allow-fs-read=${folder}`)];
}

/** Nothing where the package came with a bundle. */
function store(name: string): string[] {
  try {
    return [outermost(realpathSync(createRequire(import.meta.url).resolve(name)))];
  } catch {
    return [];
  }
}

/** `/x/node_modules` of `/x/node_modules/.store/y/node_modules/y/index.js`. */
function outermost(file: string): string {
  const folder = `${path.sep}node_modules`;
  return file.slice(0, file.indexOf(folder + path.sep) + folder.length);
}
