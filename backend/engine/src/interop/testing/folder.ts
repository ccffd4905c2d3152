import type { ImportFiles } from '../sources.js';

/** The files of a folder that was never written. */
export const folder = (files: Readonly<Record<string, string>>): ImportFiles => ({
  read: (path) =>
    Object.hasOwn(files, path)
      ? { ok: true, text: files[path]! }
      : { ok: false, message: 'there is no such file' },
  find: (pattern) => {
    const matches = new RegExp(`^${pattern.replaceAll('.', '[.]').replaceAll('*', '[^/]*')}$`);
    return Object.keys(files)
      .filter((path) => matches.test(path))
      .sort();
  },
});
