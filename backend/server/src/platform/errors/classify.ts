import { ERRORS, type ErrorCode } from '@rehearse/contracts';
import { HttpException } from '@nestjs/common';
import { AppError } from './app-error.js';
import { entriesOf, type SchemaIssue } from './issues.js';

/** Every error becomes one of the catalogue; what nobody foresaw is ours to blame and tells the client nothing. */
export function classify(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const known = fromCodeOf(error) ?? fromCodeOf((error as { cause?: unknown } | null)?.cause);
  if (known) return known;
  if (error instanceof Error && BROKEN_MULTIPART.test(error.message))
    return new AppError('request/invalid', `The multipart body is broken: ${error.message}.`, {
      cause: error,
    });
  if (error instanceof HttpException) return fromStatus(error.getStatus(), error.message, error);
  const status = statusOf(error);
  if (status !== undefined && status < 500) return fromStatus(status, messageOf(error), error);
  return new AppError('server/internal', 'The server could not answer this. The log has the details.', {
    cause: error,
  });
}

/** What the validation pipe throws for a body, query or parameter that does not fit its schema. */
export function invalidRequest(issues: readonly SchemaIssue[]): AppError {
  const errors = issues.flatMap((issue) => entriesOf(issue));
  const [first] = errors;
  const where = first && first.path !== '' ? `${first.path}: ` : '';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new AppError('request/invalid', `${where}${first?.message ?? 'It does not fit.'}${more}`, {
    errors,
  });
}

/** Errors of the HTTP server by its own codes, and of the database by ours. */
function fromCodeOf(error: unknown): AppError | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  if (code.startsWith('database/'))
    return new AppError('database/unavailable', 'The database does not answer; try again in a moment.', {
      cause: error,
      headers: { 'Retry-After': '5' },
    });
  const [ours, detail] = SERVER_CODES[code] ?? [];
  return ours && detail ? new AppError(ours, detail, { cause: error }) : undefined;
}

/** The parser of multipart bodies tells its errors apart by their text alone. */
const BROKEN_MULTIPART =
  /^(multipart: boundary|unexpected end of (multipart|form)|part terminated early|malformed part)/i;
const TOO_LARGE = 'The body is larger than this path takes.';
const SERVER_CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['request/too-large', TOO_LARGE],
  FST_REQ_FILE_TOO_LARGE: ['request/too-large', 'A file is larger than this path takes.'],
  FST_FILES_LIMIT: ['request/too-large', 'There are more files than this path takes.'],
  FST_FIELDS_LIMIT: ['request/too-large', 'There are more fields than this path takes.'],
  FST_PARTS_LIMIT: ['request/too-large', 'There are more parts than this path takes.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['request/malformed-json', 'The body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['request/malformed-json', 'The body is empty, JSON was announced.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'request/invalid',
    'Content-Length is not the length of the body that arrived.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['request/unsupported-media-type', 'The Content-Type is not taken here.'],
  FST_INVALID_MULTIPART_CONTENT_TYPE: ['request/unsupported-media-type', 'Send multipart/form-data here.'],
  'text/unstorable': [
    'request/invalid',
    'A text holds the null character U+0000, which cannot be kept; leave it out.',
  ],
  FST_ERR_MAX_PARAM_LENGTH: ['request/invalid', 'A part of the address is longer than any id or name.'],
  FST_ERR_BAD_URL: ['request/invalid', 'The address is not well formed.'],
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'request/invalid',
  401: 'access/unauthenticated',
  403: 'access/forbidden',
  404: 'request/not-found',
  405: 'request/method-not-allowed',
  408: 'request/timeout',
  413: 'request/too-large',
  415: 'request/unsupported-media-type',
  429: 'request/too-many',
};

function fromStatus(status: number, message: string, cause: unknown): AppError {
  const code = BY_STATUS[status] ?? (status < 500 ? 'request/invalid' : 'server/internal');
  const detail = code === 'server/internal' ? ERRORS[code].title : message;
  return new AppError(code, detail, { cause });
}

const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};

const statusOf = (error: unknown): number | undefined => {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
