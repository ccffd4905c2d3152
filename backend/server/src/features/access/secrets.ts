import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Secrets of 256 random bits need no slow hash. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export const isHashOf = (secret: string, hash: string): boolean => {
  const [made, stored] = [Buffer.from(hashOf(secret)), Buffer.from(hash)];
  return made.length === stored.length && timingSafeEqual(made, stored);
};

/** For refresh cookies and one-time links. */
export const makeToken = (): string => randomBytes(32).toString('base64url');

const API_KEY = /^(rh_([0-9a-f]{32})_[0-9a-f]{64})_([0-9a-f]{8})$/;

/** `rh_<id>_<32 random bytes>_<crc>`: the prefix lets scanners find a leaked one, the checksum lets them be sure. */
export function makeApiKey(id: string): string {
  const body = `rh_${id.replaceAll('-', '')}_${randomBytes(32).toString('hex')}`;
  return `${body}_${checksum(body)}`;
}

/** The id in an API key; null for what is not one, so that a typing error costs no look-up. */
export function idOfApiKey(key: string): string | null {
  const [, body, id, crc] = API_KEY.exec(key) ?? [];
  if (!body || !id || crc !== checksum(body)) return null;
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-');
}

export const prefixOf = (key: string): string => key.slice(0, 11);

const checksum = (body: string): string => crc32(body).toString(16).padStart(8, '0');
