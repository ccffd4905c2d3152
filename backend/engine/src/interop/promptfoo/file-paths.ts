const SCHEME = 'file://';

/** Whether a text names a file: by `file://`, or by an ending that is known where promptfoo takes bare paths as well. */
export const refersToFile = (text: string, bare?: RegExp): boolean =>
  text.startsWith(SCHEME) ||
  (bare !== undefined && !/[\n{}]/.test(text) && text.length < 1_000 && bare.test(text.trim()));

export const isPattern = (path: string): boolean => /[*?[\]{}]/.test(path);

/** A path that a file names, from the root of what is imported; `folder` is where that file is. */
export function resolve(folder: string, reference: string): string {
  const path = reference.startsWith(SCHEME) ? reference.slice(SCHEME.length) : reference.trim();
  if (path.startsWith('/')) return path;
  const steps: string[] = [];
  for (const step of [...folder.split('/'), ...path.split('/')]) {
    if (step === '' || step === '.') continue;
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else steps.push(step);
  }
  return steps.join('/');
}

/** `a/b` of `a/b/c.yaml`; empty for a file in the root. */
export const folderOf = (file: string): string => file.split('/').slice(0, -1).join('/');
