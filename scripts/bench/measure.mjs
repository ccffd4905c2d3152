// Times a command as a whole process, and the most memory that it held.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** The medians of some repeats of a measurement that answers an object of numbers. */
export async function repeated(times, measure) {
  const all = [];
  for (let i = 0; i < times; i++) all.push(await measure());
  return Object.fromEntries(Object.keys(all[0]).map((key) => [key, median(all.map((one) => one[key]))]));
}

/** Seconds from start to exit, and the peak of its memory in MB (0 where /proc is not to be had). Fails with the command. */
export function wholeProcess(command, { cwd, env, expected = 0 } = {}) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, command, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let peakMb = 0;
    const look = setInterval(() => (peakMb = Math.max(peakMb, peakOf(child.pid))), 50);
    child.stdout.on('data', (chunk) => (said = (said + chunk).slice(-4_000)));
    child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-4_000)));
    child.on('exit', (code) => {
      clearInterval(look);
      const seconds = (performance.now() - start) / 1_000;
      if (code !== expected) return reject(new Error(`${command.join(' ')} ended with ${code}:\n${said}`));
      resolve({ seconds, peakMb });
    });
  });
}

function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}
