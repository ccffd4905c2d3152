import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';

const SAME_SIGNAL_MS = 400;

/** Children that have been told to stop. */
const told = new WeakSet();

/**
 * Runs a command until it ends and takes over its exit code. A signal reaches it once, however it comes: to the whole group
 * of a terminal, from npm as well, or to this process alone.
 *
 * With `ownGroup` the command does not hear the terminal itself (and cannot read from it): all signals come through here.
 * Without it, it hears a terminal's Ctrl-C by itself, so that one is not handed on.
 */
export function runToTheEnd(program, args, { ownGroup = false, env, stdio = 'inherit' }) {
  const detached = ownGroup && process.platform !== 'win32';
  const child = spawn(program, args, { stdio: ownGroup ? ['ignore', 1, 2] : stdio, env, detached });
  const stopHandingOn = handOn(child, { hearsTerminal: !detached && process.stdin.isTTY });
  const stopWatching = watchNpm(child);
  return new Promise((resolve) => {
    const end = (code) => {
      stopHandingOn();
      stopWatching();
      process.exitCode = code;
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(`rehearse: ${program} cannot be started: ${error.message}`);
      end(error.code === 'ENOENT' ? 127 : 126);
    });
    child.once('exit', (code, signal) => end(code ?? 128 + (os.constants.signals[signal] ?? 0)));
  });
}

function handOn(child, { hearsTerminal }) {
  const last = new Map();
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const listener = () => {
      // npm hands on what the terminal has already sent to all.
      const isEcho = Date.now() - (last.get(signal) ?? 0) < SAME_SIGNAL_MS;
      last.set(signal, Date.now());
      if (isEcho || (signal === 'SIGINT' && hearsTerminal)) return;
      told.add(child);
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => listeners.forEach((stop) => stop());
}

/**
 * npm that is killed outright cannot say goodbye. It runs us directly or by a shell, so this looks at the parent and at its
 * parent: when one of them is another than at the start, there is nobody left to work for.
 */
function watchNpm(child) {
  if (!process.env.npm_lifecycle_event) return () => undefined;
  const line = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === line) return;
    clearInterval(timer);
    if (!told.has(child)) child.kill('SIGTERM');
  }, 1_000);
  return () => clearInterval(timer);
}

function ancestors() {
  return `${process.ppid} ${parentOf(process.ppid)}`;
}

function parentOf(pid) {
  try {
    if (process.platform === 'win32') return '';
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return 'gone';
  }
}
