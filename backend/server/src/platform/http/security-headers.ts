import { randomBytes } from 'node:crypto';
import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';

const COMMON = { 'default-src': "'none'", 'base-uri': "'none'", 'frame-ancestors': "'none'" };

/** The studio: scripts and workers of ours alone, styles by nonce, one Trusted Types policy (for worker addresses). */
const STUDIO = (nonce: string) => ({
  ...COMMON,
  'script-src': "'self'",
  'worker-src': "'self'",
  'connect-src': "'self'",
  'img-src': "'self' data: blob:",
  'font-src': "'self'",
  'style-src': `'self' 'nonce-${nonce}'`,
  'form-action': "'self'",
  'require-trusted-types-for': "'script'",
  'trusted-types': 'rehearse-worker',
});

/** The readable documentation: its viewer writes style attributes, so inline styles are allowed there and there alone. */
const DOCS = {
  ...COMMON,
  'script-src': "'self'",
  'connect-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'form-action': "'none'",
};

const text = (policy: Record<string, string>): string =>
  Object.entries(policy)
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');

export const makeNonce = (): string => randomBytes(16).toString('base64');

export const allowStudio = (reply: FastifyReply, nonce: string): FastifyReply =>
  reply.header('content-security-policy', text(STUDIO(nonce)));

export const allowDocs = (reply: FastifyReply): FastifyReply =>
  reply.header('content-security-policy', text(DOCS));

/** helmet's headers on everything; a page that needs more than nothing says so itself. */
export async function secureHeaders(
  server: FastifyInstance,
  { loopback }: { loopback: boolean },
): Promise<void> {
  await server.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: loopback ? false : { maxAge: 31_536_000, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
  });
  server.addHook('onRequest', (_request, reply, done) => {
    reply.raw.setHeader('content-security-policy', text(COMMON));
    done();
  });
}
