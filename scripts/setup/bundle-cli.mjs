// Bundles the command line from its sources into backend/cli/dist-bundle: what a command needs lies in a few files instead of
// in six hundred, which were most of its start. The server stays outside; the process of the sandbox is a bundle beside it.
import path from 'node:path';
import { rolldown } from 'rolldown';

export async function bundleCli(root) {
  const source = (name) => path.join(root, 'backend', name, 'src');
  const bundle = await rolldown({
    input: {
      main: path.join(source('cli'), 'main.ts'),
      runner: path.join(source('adapters'), 'sandbox/runner.ts'),
    },
    platform: 'node',
    external: [/^@rehearse\/server/],
    resolve: {
      alias: Object.fromEntries(
        ['adapters', 'contracts', 'engine'].map((name) => [
          `@rehearse/${name}`,
          path.join(source(name), 'index.ts'),
        ]),
      ),
      extensionAlias: { '.js': ['.ts', '.js'] },
    },
    logLevel: 'warn',
  });
  await bundle.write({
    dir: path.join(root, 'backend/cli/dist-bundle'),
    cleanDir: true,
    sourcemap: true,
    // Names stay, so that a report of a crash can be read.
    minify: { compress: false, mangle: false, codegen: true },
    chunkFileNames: '[name]-[hash].js',
  });
  await bundle.close();
}
