// Which Node and pnpm the project runs on. The user's own Node when it will do; else, and always for pnpm, pinned ones from the
// npm registry in .toolchain/, where nothing of the machine is touched.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';

const PINS = { node: '24.21.0', pnpm: '12.21.0' };
const isWindows = process.platform === 'win32';

/** 22.15 or newer; odd releases are short-lived, and 23 lacks what the dependencies ask for. */
export function isGoodNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 15);
}

/** The Node that runs the project. */
export function projectNode(root) {
  if (isGoodNode()) return process.execPath;
  const folder = packageFolder(root, nodePackage());
  return path.join(folder, 'bin', isWindows ? 'node.exe' : 'node');
}

export function projectPnpm(root) {
  return path.join(packageFolder(root, pnpmPackage()), isWindows ? 'pnpm.exe' : 'pnpm');
}

/** The environment of the project's commands; what an outer npm put there would mislead an inner one. */
export function projectEnvironment(root) {
  const env = { ...process.env };
  for (const name of Object.keys(env))
    if (/^npm_(config|package|lifecycle|execpath|node_execpath)/i.test(name)) delete env[name];
  const folders = [path.dirname(projectNode(root)), path.dirname(projectPnpm(root))].filter((folder) =>
    existsSync(folder),
  );
  const name = Object.keys(env).find((key) => key.toLowerCase() === 'path') ?? 'PATH';
  env[name] = [...folders, env[name]].join(path.delimiter);
  return env;
}

export function hasToolchain(root) {
  return Object.keys(wanted()).every((name) => existsSync(packageFolder(root, name)));
}

/** Fetches what is missing. Made aside and put in place at once, so that a break leaves nothing half done. */
export function fetchToolchain(root) {
  if (hasToolchain(root)) return;
  const packages = wanted();
  const names = [...(isGoodNode() ? [] : [`Node ${PINS.node}`]), `pnpm ${PINS.pnpm}`].join(' and ');
  const why = isGoodNode() ? '' : ` (this Node is ${process.versions.node})`;
  console.error(`rehearse: fetching ${names}${why} into .toolchain, once …`);
  const start = Date.now();
  const place = toolchainFolder(root);
  const draft = `${place}.${process.pid}`;
  try {
    mkdirSync(draft, { recursive: true });
    writeFileSync(
      path.join(draft, 'package.json'),
      JSON.stringify({ private: true, dependencies: packages }),
    );
    npmInstall(draft, names);
    rmSync(place, { recursive: true, force: true });
    renameSync(draft, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  console.error(`rehearse: … fetched in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

const NPM = [
  'install',
  '--no-audit',
  '--no-fund',
  '--no-package-lock',
  '--ignore-scripts',
  '--loglevel=error',
];
const PATIENCE = ['--fetch-retries=3', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=8000'];

function npmInstall(folder, names) {
  const { status, error, stderr } = spawnSync(isWindows ? 'npm.cmd' : 'npm', [...NPM, ...PATIENCE], {
    cwd: folder,
    shell: isWindows,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const byHand = `or install Node ${PINS.node} by hand and run the command with it`;
  if (error?.code === 'ENOENT')
    throw new SetupFailure(
      `npm is needed to fetch ${names}, and there is none on the PATH. Install npm${isGoodNode() ? '' : `, ${byHand}`}.`,
    );
  if (error) throw error;
  if (status === 0) return;
  const said = stderr.trim().split('\n').slice(0, 6).join('\n  ');
  const network = /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|network/i.test(stderr);
  const advice = network
    ? 'The package registry cannot be reached: check the network, the proxy settings and `npm config get registry`.'
    : 'See what npm says above.';
  throw new SetupFailure(`npm could not fetch ${names}:\n  ${said}\n${advice}`);
}

function wanted() {
  const packages = { [pnpmPackage()]: PINS.pnpm };
  if (!isGoodNode()) packages[nodePackage()] = PINS.node;
  return packages;
}

function nodePackage() {
  const system = isWindows ? 'win' : process.platform;
  const prefix = system === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${system}-${process.arch}`;
}

function pnpmPackage() {
  return `@pnpm/exe.${process.platform}-${process.arch}${isMusl() ? '-musl' : ''}`;
}

function isMusl() {
  return process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
}

/** Another set of pins has another folder, so that one in use is never changed. */
function toolchainFolder(root) {
  const key = createHash('sha256').update(JSON.stringify(PINS)).digest('hex').slice(0, 8);
  return path.join(root, '.toolchain', `pinned-${key}`);
}

function packageFolder(root, name) {
  return path.join(toolchainFolder(root), 'node_modules', name);
}
