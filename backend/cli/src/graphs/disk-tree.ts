import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { LIMITS } from '@rehearse/contracts';
import type { FileAnswer, FileProblem, FileTree } from '@rehearse/engine';

/** Gets the place of each file that is read. */
export type OnFile = (place: string) => void;

/** The files below a folder on disk. Nothing outside of it is ever read, whatever a link says. */
export const diskTree = (root: string, onFile: OnFile = () => {}): FileTree => ({
  read(file) {
    onFile(path.join(root, file));
    return readWithin(root, file);
  },
  documents: (folder) => readdirSync(path.join(root, folder)).filter((name) => /\.ya?ml$/i.test(name)),
});

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readWithin(root: string, file: string): FileAnswer {
  try {
    const real = realpathSync(path.join(root, file));
    if (!isWithin(realpathSync(root), real))
      return refused('graph/file-outside', `${file} is a link that leads out of the folder`);
    return readReal(file, real);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? refused('graph/file-missing', `there is no file ${file}`)
      : refused('graph/file-unavailable', `cannot read ${file}: ${message}`);
  }
}

function readReal(file: string, real: string): FileAnswer {
  // Asked before it is opened: a pipe would wait for somebody to write.
  const stats = statSync(real);
  if (!stats.isFile()) return refused('graph/file-unavailable', `${file} is no file`);
  if (stats.size > LIMITS.fileBytes) return refused('graph/file-too-large', `${file} has more than 10 MiB`);
  const bytes = readFileSync(real);
  try {
    return { ok: true, text: UTF8.decode(bytes) };
  } catch {
    return refused('graph/file-not-text', `${file} is not UTF-8 text`);
  }
}

function isWithin(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

const refused = (code: FileProblem, message: string): FileAnswer => ({ ok: false, code, message });
