import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

let depth = 0;

/** One set-up at a time in a checkout: the others wait for it and then find the work done. */
export async function withLock(root, work) {
  const file = path.join(root, '.toolchain', 'lock');
  if (depth === 0) await take(file);
  depth++;
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    if (--depth === 0) release();
  }
}

async function take(file) {
  mkdirSync(path.dirname(file), { recursive: true });
  for (let saidFor; ; await sleep(100)) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = read(file);
    if (isGone(file, holder)) rmSync(file, { force: true });
    else if (holder && saidFor !== holder) {
      console.error(`rehearse: another set-up is under way (process ${holder}): waiting for it …`);
      saidFor = holder;
    }
  }
}

function isGone(file, holder) {
  // Written in two steps (made, then filled): empty for a moment is no sign of death.
  if (!holder) return age(file) > 5_000;
  try {
    process.kill(Number(holder), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function age(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? Date.now() - stat.mtimeMs : 0;
}
