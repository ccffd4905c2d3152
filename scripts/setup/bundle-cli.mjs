// Bundles the command line from its sources into backend/cli/dist-bundle: what a command needs lies in a few files instead of
// in six hundred, which were most of its start. The server stays outside; the process of the sandbox is a bundle beside it.
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { rolldown } from 'rolldown';

const require = createRequire(import.meta.url);

export async function bundleCli(root) {
  const source = (name) => path.join(root, 'backend', name, 'src');
  const dir = path.join(root, 'backend/cli/dist-bundle');
  const alias = Object.fromEntries(
    ['adapters', 'contracts', 'engine'].map((name) => [
      `@rehearse/${name}`,
      path.join(source(name), 'index.ts'),
    ]),
  );
  await write(dir, {
    input: { alias, main: path.join(source('cli'), 'main.ts') },
    output: { ...COMMON_JS, cleanDir: true },
  });
  await write(dir, {
    input: { alias, runner: path.join(source('adapters'), 'sandbox/runner.ts') },
    output: { format: 'esm', chunkFileNames: 'runner-[name]-[hash].js' },
  });
  // What the sandbox runs programs with: read as it is, which takes a third of the time that unpacking it from JavaScript does.
  copyFileSync(
    createRequire(source('adapters')).resolve('@jitl/quickjs-wasmfile-release-sync/wasm'),
    path.join(dir, 'quickjs.wasm'),
  );
  keepCode(root);
}

/** As `backend/cli/bin/load-bundle.mjs` wants it: what a script can be given that a module cannot is V8's code of it. */
const COMMON_JS = {
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name]-[hash].cjs',
  postBanner: '(function(exports,require,module,__filename,importServer){"use strict";',
  postFooter: '})',
};

async function write(dir, { input: { alias, ...input }, output }) {
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: [/^@rehearse\/server/],
    plugins: [builtinsWithoutFacade, serverByLoader],
    resolve: { alias, extensionAlias: { '.js': ['.ts', '.js'] } },
    logLevel: 'warn',
  });
  await bundle.write({
    dir,
    sourcemap: true,
    // A third less to read at each start. A report of a crash is read with the maps beside it.
    minify: true,
    // One letter beyond ASCII, and V8 holds and hashes the whole file with two bytes for each.
    charset: 'ascii',
    ...output,
  });
  await bundle.close();
}

/** Runs the bundle once, so that V8's code of it can be kept. A start is slower without, and nothing else. */
function keepCode(root) {
  const { status } = spawnSync(process.execPath, [path.join(root, 'scripts/setup/keep-code.mjs')], {
    stdio: ['ignore', 'ignore', 2],
  });
  if (status !== 0)
    console.error('rehearse: the code of the command line was not kept; commands start slower');
}

/** What loads the bundle imports the server for it. */
const serverByLoader = {
  name: 'server-by-loader',
  transform(code) {
    const loaded = code.replaceAll(/\bimport\((?=['"]@rehearse\/server\b)/g, 'importServer(');
    return loaded === code ? null : { code: loaded, map: null };
  },
};

const FACADE = '\0builtin:';

/**
 * To `import` a module of Node's is to read all that it exports, and with it to load what its getters stand for: web crypto,
 * web sockets, a diff. Asked for by name, only what is used is read.
 */
const builtinsWithoutFacade = {
  name: 'builtins-without-facade',
  resolveId: (id, importer, { kind }) =>
    isBuiltin(id) && kind === 'import-statement' && !importer?.startsWith(FACADE) ? FACADE + id : null,
  load(id) {
    if (!id.startsWith(FACADE)) return null;
    const name = id.slice(FACADE.length);
    const members = Object.keys(require(name)).filter((member) => /^[A-Za-z_$][\w$]*$/.test(member));
    return [
      `const builtin = process.getBuiltinModule(${JSON.stringify(name)});`,
      ...members.map((member) => `const own_${member} = /*#__PURE__*/ (() => builtin.${member})();`),
      `export { builtin as default, ${members.map((member) => `own_${member} as ${member}`).join(', ')} };`,
    ].join('\n');
  },
};
