// Starts one part of the tests, shows what it prints, and hands on Ctrl-C so that nothing is left behind.
import { spawn } from 'node:child_process';

/** @returns {Promise<number>} the exit code */
export function runStep(args, { cwd, env = process.env }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
    const listeners = ['SIGINT', 'SIGTERM'].map((signal) => {
      const handOn = () => child.kill(signal);
      process.on(signal, handOn);
      return () => process.off(signal, handOn);
    });
    child.on('exit', (code, signal) => {
      for (const stop of listeners) stop();
      if (signal === 'SIGINT' || signal === 'SIGTERM') process.exit(signal === 'SIGINT' ? 130 : 143);
      resolve(code ?? 1);
    });
  });
}
