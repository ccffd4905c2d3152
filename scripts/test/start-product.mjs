import { spawn } from 'node:child_process';
import path from 'node:path';

const START_MS = 60_000;

/** The built product with its demo, on a free port: its address, and a way to stop it. */
export async function startProduct(root, options) {
  const cli = path.join(root, 'backend/cli/bin/rehearse.mjs');
  const args = [cli, 'start', '--demo', '--port', '0'];
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await addressOf(child, ended);
  return {
    url,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function addressOf(child, ended) {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (what) => reject(new Error(`the server ${what}:\n${said}`));
    const timer = setTimeout(() => fail('did not start'), START_MS);
    void ended.then((code) => fail(`ended with ${code}`));
    const listen = (text) => {
      said += text;
      const found = /Rehearse is at (\S+)/.exec(said);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', listen);
  });
}
