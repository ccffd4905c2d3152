import { randomBytes } from 'node:crypto';

/** A UUIDv7 (RFC 9562): 48 bits of time in milliseconds, then random bits, so that ids sort by when they were made. */
export function newId(now: number = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Ids of things that are made together, in their order: each sorts behind the one before it. */
export const newIds = (count: number, now: number = Date.now()): string[] =>
  Array.from({ length: count }, (_, index) => newId(now - count + 1 + index));
