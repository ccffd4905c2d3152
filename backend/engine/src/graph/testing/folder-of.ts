import type { CompileOptions } from '../compile-options.js';

/** Finds files as a folder that holds exactly these would give them. */
export const folderOf = (files: Record<string, string>): CompileOptions => ({
  files: (path) => {
    const text = Object.hasOwn(files, path) ? files[path] : undefined;
    return text === undefined
      ? { ok: false, code: 'graph/file-missing', message: `there is no file ${path}` }
      : { ok: true, text };
  },
});
