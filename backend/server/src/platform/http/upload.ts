import multipart, { type MultipartFile, type MultipartValue } from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { BODY_LIMITS } from './takes-body.js';

/** A file that came in by multipart, whole. */
export interface UploadedFile {
  /** The form field it stood in. */
  field: string;
  /** The name the client gave it; never a path to use. */
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}

/** A `multipart/form-data` body: what `@Body()` holds on routes that declare it. */
export class MultipartBody {
  constructor(
    readonly fields: Readonly<Record<string, string>>,
    readonly files: readonly UploadedFile[],
  ) {}

  filesOf(field: string): UploadedFile[] {
    return this.files.filter((file) => file.field === field);
  }
}

const LIMITS = { fileSize: BODY_LIMITS.import, files: 200, fields: 50, fieldSize: BODY_LIMITS.ordinary };

/** Reads multipart bodies whole, so that they can be compared, checked and handled like any other body. */
export async function takeUploads(server: FastifyInstance): Promise<void> {
  await server.register(multipart, { attachFieldsToBody: true, limits: LIMITS });
  server.addHook('preValidation', async (request) => {
    if (request.isMultipart()) request.body = await collect(request.body);
  });
}

type Part = MultipartFile | MultipartValue;

async function collect(body: unknown): Promise<MultipartBody> {
  const fields: Record<string, string> = {};
  const files: UploadedFile[] = [];
  const parts = Object.values((body ?? {}) as Record<string, Part | Part[]>).flat();
  for (const part of parts)
    if (part.type === 'file') files.push(await toFile(part));
    else fields[part.fieldname] = String(part.value);
  return new MultipartBody(fields, files);
}

const toFile = async (part: MultipartFile): Promise<UploadedFile> => ({
  field: part.fieldname,
  name: part.filename,
  mediaType: part.mimetype,
  bytes: await part.toBuffer(),
});
