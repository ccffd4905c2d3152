import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { wantsPage } from './plain-paths.js';
import { allowStudio, makeNonce } from './security-headers.js';

/** Paths that are never pages of the studio. */
const NOT_PAGES = ['/api', '/socket.io', '/docs', '/assets'];
const NONCE_PLACEHOLDER = '__CSP_NONCE__';
const IMMUTABLE = /\/assets\/[^/]+-[\w-]{8,}\.\w+$/;

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Rehearse</title></head>
<body><h1>The studio is not built</h1>
<p>The server runs; its pages are missing. Build them with <code>pnpm build</code>, then reload. The API is described at
<a href="/docs">/docs</a>.</p></body></html>`;

/** Serves the studio: its files as they are, and its page for every address that a browser navigates to. */
export async function serveStudio(server: FastifyInstance, folder: string): Promise<void> {
  const page = path.join(folder, 'index.html');
  const isBuilt = existsSync(page);
  if (isBuilt)
    await server.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      index: false,
      globIgnore: ['index.html'],
      cacheControl: false,
      setHeaders: (reply, file) => void reply.header('cache-control', cachingOf(file)),
    });
  const html = isBuilt ? readFileSync(page, 'utf8') : NOT_BUILT;
  server.addHook('onRequest', (request, reply, done) => {
    if (isPageRequest(request)) void answerPage({ reply, html, status: isBuilt ? 200 : 503 });
    else done();
  });
}

const cachingOf = (file: string): string =>
  IMMUTABLE.test(file.replaceAll(path.sep, '/')) ? 'public, max-age=31536000, immutable' : 'no-cache';

function isPageRequest(request: FastifyRequest): boolean {
  if (!request.is404 || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  const [requested = '/'] = request.url.split('?', 1);
  const isPage = !NOT_PAGES.some((prefix) => requested === prefix || requested.startsWith(`${prefix}/`));
  return isPage && wantsPage(request.headers.accept);
}

function answerPage({ reply, html, status }: { reply: FastifyReply; html: string; status: number }) {
  const nonce = makeNonce();
  return allowStudio(reply, nonce)
    .status(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .send(html.replaceAll(NONCE_PLACEHOLDER, nonce));
}
