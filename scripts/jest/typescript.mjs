// Lets plain Node load our TypeScript sources: `./x.js` finds `./x.ts`, and swc takes the types away.
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import config from '../../jest.config.mjs';

const [, swc] = config.projects[0].transform['\\.ts$'];
const packages = new URL('../../backend/', import.meta.url);

registerHooks({
  resolve(specifier, context, next) {
    const own = /^@rehearse\/([a-z]+)$/.exec(specifier);
    if (own) return next(new URL(`${own[1]}/src/index.ts`, packages).href, context);
    if (/^\.{1,2}\/.*\.js$/.test(specifier) && !context.parentURL?.includes('/node_modules/')) {
      const source = new URL(`${specifier.slice(0, -3)}.ts`, context.parentURL);
      if (existsSync(source)) return next(source.href, context);
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!url.endsWith('.ts') || url.includes('/node_modules/')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), {
      ...swc,
      filename,
      configFile: false,
      swcrc: false,
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
