import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { fetchToolchain, hasToolchain, isGoodNode, projectEnvironment, projectPnpm } from './toolchain.mjs';

/** Toolchain and dependencies, when they are missing or the lockfile has changed since. */
export async function setUpDependencies(root) {
  if (isReady(root)) return;
  await withLock(root, () => {
    fetchToolchain(root);
    if (!isInstalled(root)) install(root);
  });
}

function isReady(root) {
  return (isGoodNode() || hasToolchain(root)) && isInstalled(root);
}

function isInstalled(root) {
  const stamp = stampFile(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digest(root);
}

function install(root) {
  console.error('rehearse: installing the dependencies …');
  const start = Date.now();
  const wanted = digest(root);
  const { status, error } = spawnSync(
    projectPnpm(root),
    ['install', '--frozen-lockfile', '--reporter=append-only'],
    {
      cwd: root,
      env: { ...projectEnvironment(root), CI: 'true' },
      stdio: ['ignore', 2, 2],
    },
  );
  if (error)
    throw new SetupFailure(`pnpm cannot be started (${error.code}): remove .toolchain and try again.`);
  if (status !== 0)
    throw new SetupFailure(`pnpm install failed (exit ${status}); what it says stands above.`);
  mkdirSync(path.dirname(stampFile(root)), { recursive: true });
  writeFileSync(stampFile(root), wanted);
  console.error(`rehearse: … installed in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

function digest(root) {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

/** Below node_modules, so that removing that removes the stamp as well. */
function stampFile(root) {
  return path.join(root, 'node_modules', '.rehearse', 'installed');
}
