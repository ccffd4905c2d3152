import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { isHeapFlat } from './flat-heap.mjs';

const FOLDER = path.resolve(import.meta.dirname, '../dist-bundle');
const requireBuiltin = createRequire(import.meta.url);
/** The server, which is not in the bundle. A script of V8 cannot import by itself without a warning of Node's. */
const importServer = (id) => import(id);
// Coverage is told by function only where V8 compiled the function itself.
const takesCode = !process.env.NODE_V8_COVERAGE;

/** Where V8's code of a file lies, under the flags that hold now. */
export const codeOf = (file) => `${file}${isHeapFlat() ? '.flat' : ''}.code`;

/**
 * The command line, from its bundle. Beside each file lies the code that V8 had made of it at the end of a run, with all functions
 * that were used; the compile cache of Node keeps what is there before the first line has run. V8 itself sees whether the code is
 * its own and compiles the file where it is not. `scripts` are those that were loaded, by their files.
 */
export function loadBundle() {
  const scripts = new Map();
  const modules = new Map();
  const load = (name) => {
    if (modules.has(name)) return modules.get(name).exports;
    const module = { exports: {} };
    modules.set(name, module);
    const file = path.join(FOLDER, name);
    const script = compile(file);
    scripts.set(file, script);
    const require = (id) => (id.startsWith('./') ? load(id.slice(2)) : requireBuiltin(id));
    script.runInThisContext()(module.exports, require, module, file, importServer);
    return module.exports;
  };
  return { ...load('main.cjs'), scripts };
}

/** Each file is one function of `exports`, `require`, `module`, its name and `importServer`. */
function compile(file) {
  return new Script(readFileSync(file, 'utf8'), {
    filename: pathToFileURL(file).href,
    ...(takesCode && existsSync(codeOf(file)) && { cachedData: readFileSync(codeOf(file)) }),
  });
}
