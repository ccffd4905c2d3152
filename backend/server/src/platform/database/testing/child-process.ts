import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const hooks = path.resolve(import.meta.dirname, '../../../../../../scripts/jest/typescript.mjs');

/** The address of one of our modules for a child process: `moduleUrl('migrate.ts')`. */
export function moduleUrl(file: string): string {
  return pathToFileURL(path.resolve(import.meta.dirname, '..', file)).href;
}

/** A process of its own, to be killed as a process is killed. Resolves when it has printed its first line. */
export async function startProcess(code: string): Promise<{ child: ChildProcess; line: string }> {
  const args = ['--import', pathToFileURL(hooks).href, '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
      if (out.includes('\n')) resolve(out.split('\n')[0] ?? '');
    });
    child.once('exit', (code_) => reject(new Error(`The process ended with ${code_}: ${err}`)));
  });
  return { child, line };
}

/** Kill -9, and wait until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
