import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const MAIN = [
  '--import',
  path.join(ROOT, 'scripts/jest/typescript.mjs'),
  path.join(ROOT, 'backend/server/src/main.ts'),
];

/** A server or a worker as a process of its own. */
export interface ServerProcess {
  child: ChildProcess;
  out(): string;
  err(): string;
  /** Resolves when the text has been printed, with what matched; fails when the process ends first. */
  says(text: RegExp): Promise<RegExpExecArray>;
  exit: Promise<number | null>;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface StartProcess {
  cwd: string;
  env: Record<string, string>;
  args: string[];
  /** What Node is given before the arguments; default: the sources. */
  main?: string[];
}

/** Started with nothing of our own surroundings. */
export function startServerProcess({ main = MAIN, ...options }: StartProcess): ServerProcess {
  const { PATH, HOME = os.homedir() } = process.env;
  const child = spawn(process.execPath, [...main, ...options.args], {
    cwd: options.cwd,
    env: { PATH, HOME, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const end = (signal: NodeJS.Signals) => (child.kill(signal), exit);
  return { child, out: () => out, err: () => err, says, exit, end };

  async function says(text: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = text.exec(out + err);
      if (found) return found;
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`The process ended with ${child.exitCode} before it said ${text}:\n${out}${err}`);
      await sleep(25);
    }
  }
}
