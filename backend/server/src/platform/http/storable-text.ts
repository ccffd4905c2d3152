import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors/app-error.js';

/** What JSON can write and no database, journal or digest can hold: U+0000, and half of a surrogate pair. */
const SUSPECT = /\\u(0000|d[89a-f])/i;

/** The path of the first text, or name of a field, that cannot be kept; null when all can. `text` is what was parsed. */
export function unstorableIn(parsed: unknown, text: string): string | null {
  return SUSPECT.test(text) ? find(parsed, []) : null;
}

function find(value: unknown, path: readonly string[]): string | null {
  if (typeof value === 'string') return isStorable(value) ? null : path.join('.');
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    const found = isStorable(name) ? find(inner, [...path, name]) : path.join('.');
    if (found !== null) return found;
  }
  return null;
}

/** Read by characters, only halves of a pair are surrogates. */
const LONE_SURROGATE = /\p{Surrogate}/u;
const isStorable = (text: string): boolean => !text.includes('\0') && !LONE_SURROGATE.test(text);

export function unstorable(path: string): AppError {
  const message = 'holds U+0000 or half a character (a lone surrogate), which cannot be kept';
  return new AppError('request/invalid', `${path === '' ? 'The body' : `${path}:`} ${message}.`, {
    errors: [{ path, message }],
  });
}

/** No id, name or filter has a null character in it: an address that does is a mistake. */
export function refuseNullInAddresses(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    if (!request.url.includes('%00')) return done();
    done(new AppError('request/invalid', 'The address holds a null character (%00); leave it out.'));
  });
}
