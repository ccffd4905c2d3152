import { LIMITS } from '@rehearse/contracts';
import type { DocumentFolder } from '@rehearse/engine';
import { unzipSync } from 'fflate';
import { AppError } from '../../platform/errors/index.js';
import { BODY_LIMITS } from '../../platform/http/takes-body.js';
import { MultipartBody, type UploadedFile } from '../../platform/http/upload.js';
import { folderOf, type TreeEntry } from './upload-tree.js';
import { UTF8 } from './utf8.js';

/** One YAML document that came in, alone, among others or out of an archive. */
export interface GraphFile {
  name: string;
  source: string;
  /** What it may refer to; null when it came alone. */
  folder?: DocumentFolder | null;
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
export const ARCHIVE_LIMITS = { files: 200, bytes: 16 * LIMITS.documentBytes, entries: 5_000 } as const;
/** Documents with the prompts and data sets that they read. */
export const MAX_UPLOAD_BYTES = BODY_LIMITS.import;
/** A document that comes as the body, with room for one that is a little too large to be told so. */
const MAX_TEXT = 2 * LIMITS.documentBytes;

const YAML_NAME = /\.ya?ml$/i;
/** How an archive begins: with its first file, or at once with its end when it is empty. */
const ZIP_MAGIC = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x50, 0x4b, 0x05, 0x06],
];

/** The YAML documents in a body: the body itself, or those among the files of a form, archives opened. */
export function graphFilesOf(body: unknown): GraphFile[] {
  if (typeof body === 'string' && body !== '') return [textFile(body)];
  if (!(body instanceof MultipartBody) || body.files.length === 0)
    throw new AppError('graph/no-file', 'Send a YAML document as the body, or files in the field `file`.');
  const loose = body.files.filter((file) => !isArchive(file));
  const archives = body.files.filter(isArchive);
  const files = [...looseDocuments(loose, archives.length > 0), ...archives.flatMap(openArchive)];
  if (files.length > ARCHIVE_LIMITS.files)
    throw refused(`at most ${ARCHIVE_LIMITS.files} documents are taken at once, got ${files.length}.`);
  return files;
}

function textFile(source: string): GraphFile {
  if (source.length > MAX_TEXT) throw tooLarge('A document has at most 1 MiB.');
  return { name: 'graph.yaml', source, folder: null };
}

const isArchive = ({ bytes }: UploadedFile): boolean =>
  ZIP_MAGIC.some((magic) => magic.every((byte, i) => bytes[i] === byte));

/** The files of a form stand in one folder. Where none is called YAML, each is meant to be a document. */
function looseDocuments(files: readonly UploadedFile[], hasArchives: boolean): GraphFile[] {
  const isYaml = ({ name }: UploadedFile) => YAML_NAME.test(name);
  const documents = hasArchives || files.some(isYaml) ? files.filter(isYaml) : files;
  const entries = new Map(
    files.map(({ name, bytes }) => [name, { size: bytes.length, bytes: () => bytes }] as const),
  );
  return documents.map(({ name, bytes }) => ({
    ...{ name, source: decode(name, bytes) },
    folder: files.length > 1 ? folderOf(entries, name) : null,
  }));
}

function openArchive(file: UploadedFile): GraphFile[] {
  const entries = new Map<string, TreeEntry>();
  const documents = Object.entries(unzip(file, entryFilter(file, entries)));
  if (documents.length === 0) throw new AppError('graph/no-file', `${file.name} holds no .yaml file.`);
  return documents.map(([path, bytes]) => ({
    name: `${file.name}/${path}`,
    source: decode(path, bytes),
    folder: folderOf(entries, path),
  }));
}

/** All files of a form by their names, archives opened; each is inflated when it is wanted. */
export function uploadEntries(body: unknown): Map<string, TreeEntry> {
  if (!(body instanceof MultipartBody) || body.files.length === 0)
    throw new AppError('graph/no-file', 'Send a form with files, or a zip archive, in the field `file`.');
  const entries = new Map<string, TreeEntry>();
  for (const file of body.files) {
    const { name, bytes } = file;
    if (!isArchive(file)) entries.set(name, { size: bytes.length, bytes: () => bytes });
    else {
      const note = entryFilter(file, entries);
      unzip(file, (entry) => note(entry) && false);
    }
  }
  return entries;
}

type Filter = (entry: { name: string; originalSize: number }) => boolean;

function unzip(file: UploadedFile, filter: Filter): Record<string, Uint8Array> {
  try {
    return unzipSync(file.bytes, { filter });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refused(`${file.name} is not a readable zip archive: ${(error as Error).message}.`);
  }
}

/**
 * Takes the YAML files and keeps count: what an entry says of its size is all that is inflated of it. The others are
 * noted, and inflated when a document reads them.
 */
function entryFilter(archive: UploadedFile, entries: Map<string, TreeEntry>): Filter {
  let count = 0;
  let total = 0;
  return ({ name, originalSize }) => {
    if (isHidden(name) || name.endsWith('/')) return false;
    entries.set(name, {
      size: originalSize,
      bytes: () => unzip(archive, (entry) => entry.name === name)[name] ?? new Uint8Array(),
    });
    if (entries.size > ARCHIVE_LIMITS.entries)
      throw tooLarge(`${archive.name} holds more than ${ARCHIVE_LIMITS.entries} files.`);
    if (!YAML_NAME.test(name)) return false;
    count += 1;
    total += originalSize;
    if (count > ARCHIVE_LIMITS.files)
      throw tooLarge(`${archive.name} holds more than ${ARCHIVE_LIMITS.files} YAML files.`);
    if (total > ARCHIVE_LIMITS.bytes)
      throw tooLarge(`${archive.name} holds more than ${ARCHIVE_LIMITS.bytes / 1_048_576} MiB of YAML.`);
    return true;
  };
}

/** Archives made on a Mac carry `__MACOSX/._graph.yaml` beside each file. */
const isHidden = (name: string): boolean =>
  name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

function decode(name: string, bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw refused(`${name} is not UTF-8 text.`);
  }
}

const refused = (detail: string) => new AppError('request/invalid', detail);
const tooLarge = (detail: string) => new AppError('request/too-large', detail);
