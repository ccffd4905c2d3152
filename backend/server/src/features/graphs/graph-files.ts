import { LIMITS } from '@rehearse/contracts';
import { unzipSync } from 'fflate';
import { AppError } from '../../platform/errors/index.js';
import { MultipartBody, type UploadedFile } from '../../platform/http/upload.js';

/** One YAML document that came in, alone or out of an archive. */
export interface GraphFile {
  name: string;
  source: string;
}

export const UPLOAD_TYPES = [
  'application/yaml',
  'application/x-yaml',
  'text/yaml',
  'text/x-yaml',
  'text/plain',
  'multipart/form-data',
];

/** An archive may hold this much; a bomb names its size before a byte of it is inflated. */
export const ARCHIVE_LIMITS = { files: 200, bytes: 16 * LIMITS.documentBytes } as const;
/** A document of the full size, and the form around it. */
export const MAX_UPLOAD_BYTES = 2 * LIMITS.documentBytes;

const YAML_NAME = /\.ya?ml$/i;
const ZIP_MAGIC = [0x50, 0x4b, 0x03, 0x04];

/** The YAML documents in a body: the body itself, or the files of a form, archives opened. */
export function graphFilesOf(body: unknown): GraphFile[] {
  if (typeof body === 'string' && body !== '') return [{ name: 'graph.yaml', source: body }];
  if (!(body instanceof MultipartBody) || body.files.length === 0)
    throw new AppError('graph/no-file', 'Send a YAML document as the body, or files in the field `file`.');
  const files = body.files.flatMap((file) => (isArchive(file) ? openArchive(file) : [plainFile(file)]));
  if (files.length > ARCHIVE_LIMITS.files)
    throw refused(`at most ${ARCHIVE_LIMITS.files} graphs are taken at once, got ${files.length}.`);
  return files;
}

/** The same for a path that takes one document. */
export function oneGraphFile(body: unknown): GraphFile {
  const [file, ...others] = graphFilesOf(body);
  if (!file || others.length > 0)
    throw new AppError('request/invalid', `One document is checked at a time, got ${others.length + 1}.`);
  return file;
}

const isArchive = ({ bytes }: UploadedFile): boolean => ZIP_MAGIC.every((byte, i) => bytes[i] === byte);

const plainFile = ({ name, bytes }: UploadedFile): GraphFile => ({ name, source: decode(name, bytes) });

function openArchive(file: UploadedFile): GraphFile[] {
  const entries = Object.entries(unzip(file));
  if (entries.length === 0) throw new AppError('graph/no-file', `${file.name} holds no .yaml file.`);
  return entries.map(([name, bytes]) => ({ name: `${file.name}/${name}`, source: decode(name, bytes) }));
}

function unzip(file: UploadedFile): Record<string, Uint8Array> {
  try {
    return unzipSync(file.bytes, { filter: entryFilter(file.name) });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refused(`${file.name} is not a readable zip archive: ${(error as Error).message}.`);
  }
}

/** Takes YAML files and keeps count: what an entry says of its size is all that is inflated of it. */
function entryFilter(archive: string) {
  let count = 0;
  let total = 0;
  return (entry: { name: string; originalSize: number }): boolean => {
    if (!YAML_NAME.test(entry.name) || isHidden(entry.name)) return false;
    count += 1;
    total += entry.originalSize;
    if (count > ARCHIVE_LIMITS.files)
      throw tooLarge(`${archive} holds more than ${ARCHIVE_LIMITS.files} YAML files.`);
    if (total > ARCHIVE_LIMITS.bytes)
      throw tooLarge(`${archive} holds more than ${ARCHIVE_LIMITS.bytes / 1_048_576} MiB of YAML.`);
    return true;
  };
}

/** Archives made on a Mac carry `__MACOSX/._graph.yaml` beside each file. */
const isHidden = (name: string): boolean =>
  name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decode(name: string, bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw refused(`${name} is not UTF-8 text.`);
  }
}

const refused = (detail: string) => new AppError('request/invalid', detail);
const tooLarge = (detail: string) => new AppError('request/too-large', detail);
