import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';
import { forbiddenField, refuseDepth } from './json-bodies.js';
import { unstorable, unstorableIn } from './storable-text.js';

export const MIB = 1_048_576;
export const BODY_LIMITS = { ordinary: MIB, import: 32 * MIB } as const;

interface BodyOptions {
  /** Media types beside JSON, such as `application/yaml` or `multipart/form-data`. */
  types: string[];
  /** Default: 1 MiB. */
  limitBytes?: number;
}

interface RouteSettings {
  bodyTypes?: string[];
  bodyLimitBytes?: number;
}

/** A route that takes more than JSON of ordinary size. Text arrives as a string, multipart as a {@link MultipartBody}. */
export const TakesBody = ({ types, limitBytes = BODY_LIMITS.ordinary }: BodyOptions) =>
  applyDecorators(
    RouteConfig({ bodyTypes: types, bodyLimitBytes: limitBytes } satisfies RouteSettings),
    ApiConsumes(...types),
    ApiBody({ required: true, schema: { type: 'string' } }),
  );

const TEXT_TYPES = [
  'application/yaml',
  'application/x-yaml',
  'text/yaml',
  'text/x-yaml',
  'text/plain',
  'application/x-ndjson',
  'application/jsonl',
  'application/octet-stream',
];

/** Parsers for JSON and text, the size each route takes, and 415 for what a route does not declare. */
export function takeBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const { bodyLimitBytes } = (route.config ?? {}) as RouteSettings;
    if (bodyLimitBytes !== undefined) route.bodyLimit = bodyLimitBytes;
  });
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser(['application/json', 'text/plain']);
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body as string;
    const tooDeep = refuseDepth(text);
    if (tooDeep) done(tooDeep);
    // A client may announce JSON and send nothing, as for a sign-out.
    else if (text === '') done(null, undefined);
    else
      void parseJson(request, text, (error, parsed) => {
        if (error) return done(forbiddenField(text) ?? error);
        const path = unstorableIn(parsed, text);
        done(path === null ? null : unstorable(path), parsed);
      });
  });
  server.addContentTypeParser(TEXT_TYPES, { parseAs: 'buffer' }, (_request, body, done) => {
    const text = textOf(body as Buffer);
    if (text === null) done(new AppError('request/invalid', 'The body is not UTF-8 text.'));
    else done(null, text);
  });
  server.addHook('preParsing', (request, _reply, _payload, done) => done(refuseMediaType(request)));
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes that are no text are not replaced by others that are: what is kept has to be what was sent. */
function textOf(body: Buffer): string | null {
  try {
    return UTF8.decode(body);
  } catch {
    return null;
  }
}

function refuseMediaType(request: FastifyRequest): Error | null {
  const { 'content-type': contentType, 'content-length': length } = request.headers;
  if (contentType === undefined || length === '0') return null;
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    return new AppError('request/unsupported-media-type', `Send the body as it is, without ${encoding}.`);
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase();
  const { bodyTypes = [] } = request.routeOptions.config as RouteSettings;
  if (request.is404 || type === 'application/json' || bodyTypes.includes(type)) return null;
  const taken = ['application/json', ...bodyTypes].join(', ');
  return new AppError('request/unsupported-media-type', `This path takes ${taken}, not ${type}.`);
}
