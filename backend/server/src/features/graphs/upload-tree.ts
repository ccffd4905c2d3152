import { LIMITS } from '@rehearse/contracts';
import { DocumentFolder, type FileAnswer, type FileTree } from '@rehearse/engine';
import { UTF8 } from './utf8.js';

/** A file of an upload: how large it is, and its bytes once they are wanted. */
export interface TreeEntry {
  size: number;
  bytes(): Uint8Array;
}

/** The folder that a document of an upload stands in. */
export function folderOf(entries: ReadonlyMap<string, TreeEntry>, path: string): DocumentFolder {
  return new DocumentFolder(treeOf(entries)).folderOf(path);
}

const treeOf = (entries: ReadonlyMap<string, TreeEntry>): FileTree => ({
  read: (path) => readEntry(entries, path),
  documents: (folder) => {
    const prefix = folder === '' ? '' : `${folder}/`;
    return [...entries.keys()]
      .filter((path) => path.startsWith(prefix) && /\.ya?ml$/i.test(path))
      .map((path) => path.slice(prefix.length))
      .filter((name) => !name.includes('/'));
  },
});

/** The text of a file of an upload, or why there is none. */
export function readEntry(entries: ReadonlyMap<string, TreeEntry>, path: string): FileAnswer {
  const entry = entries.get(path);
  if (!entry)
    return { ok: false, code: 'graph/file-missing', message: `there is no file ${path} in the upload` };
  if (entry.size > LIMITS.fileBytes)
    return { ok: false, code: 'graph/file-too-large', message: `${path} has more than 10 MiB` };
  try {
    return { ok: true, text: UTF8.decode(entry.bytes()) };
  } catch {
    return { ok: false, code: 'graph/file-not-text', message: `${path} is not UTF-8 text` };
  }
}
