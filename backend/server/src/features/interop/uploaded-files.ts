import path from 'node:path';
import type { ImportFiles } from '@rehearse/engine';
import { unzipSync } from 'fflate';
import { AppError } from '../../platform/errors/index.js';
import { BODY_LIMITS, MultipartBody, type UploadedFile } from '../../platform/http/index.js';

const ZIP_MAGIC = [0x50, 0x4b, 0x03, 0x04];
/** An archive may hold this much; a bomb names its size before a byte of it is inflated. */
const MOST_FILES = 1_000;

/** The texts of a form by their names, archives opened. An import sees these and no other files. */
export class UploadedFiles implements ImportFiles {
  readonly #texts: ReadonlyMap<string, string>;

  constructor(body: unknown) {
    if (!(body instanceof MultipartBody) || body.files.length === 0)
      throw new AppError('graph/no-file', 'Send a form with files, or a zip archive, in the field `file`.');
    const texts = body.files.flatMap((file) =>
      isArchive(file) ? opened(file) : [textOf(file.name, file.bytes)],
    );
    this.#texts = new Map(texts);
  }

  get names(): string[] {
    return [...this.#texts.keys()].sort();
  }

  read(name: string): ReturnType<ImportFiles['read']> {
    const text = this.#texts.get(name);
    return text === undefined ? { ok: false, message: 'it was not sent along' } : { ok: true, text };
  }

  find(pattern: string): string[] {
    return this.names.filter((name) => path.posix.matchesGlob(name, pattern));
  }
}

const isArchive = ({ bytes }: UploadedFile): boolean => ZIP_MAGIC.every((byte, i) => bytes[i] === byte);

function opened(file: UploadedFile): [string, string][] {
  try {
    const entries = unzipSync(file.bytes, { filter: counted(file.name) });
    return Object.entries(entries).map(([name, bytes]) => textOf(name, bytes));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'request/invalid',
      `${file.name} is not a readable zip archive: ${(error as Error).message}.`,
    );
  }
}

/** Takes files and keeps count; what an entry says of its size is all that is inflated of it. */
function counted(archive: string) {
  let count = 0;
  let total = 0;
  return ({ name, originalSize }: { name: string; originalSize: number }): boolean => {
    if (name.endsWith('/') || name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX'))
      return false;
    count += 1;
    total += originalSize;
    if (count <= MOST_FILES && total <= BODY_LIMITS.import) return true;
    const most = `${MOST_FILES} files or ${BODY_LIMITS.import / 1_048_576} MiB`;
    throw new AppError('request/too-large', `${archive} holds more than ${most}.`);
  };
}

/** Anything; what is no text says so where it is read as one. */
const textOf = (name: string, bytes: Uint8Array): [string, string] => [name, new TextDecoder().decode(bytes)];
