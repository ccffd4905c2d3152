import { createReadStream } from 'node:fs';
import path from 'node:path';
import { LIMITS, type Diagnostic } from '@rehearse/contracts';
import { fileError } from '../files.js';
import type { Io } from '../io.js';

/** The text of a document, and what stands against reading it as one. */
export interface ReadDocument {
  source: string;
  problem: Diagnostic | null;
}

/**
 * Reads a document, or standard input for `-`; no more of it than shows that it is too large, so that what never ends is
 * no reason to wait. Bytes that are no UTF-8 are told with their place.
 */
export async function readDocument(io: Io, file: string): Promise<ReadDocument> {
  const bytes = file === '-' ? await firstOf(io.stdin) : await firstOfFile(io, file);
  // What is too large may have been cut inside of a character, and is refused anyway.
  if (bytes.length > LIMITS.documentBytes) return { source: bytes.toString('utf8'), problem: null };
  return decoded(bytes);
}

async function firstOfFile(io: Io, file: string): Promise<Buffer> {
  try {
    return await firstOf(createReadStream(path.resolve(io.cwd, file)));
  } catch (error) {
    throw fileError('read', file, error);
  }
}

async function firstOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    const bytes = Buffer.from(part as Uint8Array);
    parts.push(bytes);
    length += bytes.length;
    if (length > ENOUGH) break;
  }
  return Buffer.concat(parts);
}

/** A byte order mark does not count. */
const ENOUGH = LIMITS.documentBytes + 3;

function decoded(bytes: Buffer): ReadDocument {
  const source = bytes.toString('utf8');
  const back = Buffer.from(source);
  if (back.equals(bytes)) return { source, problem: null };
  const at = back.findIndex((byte, index) => byte !== bytes[index]);
  const lines = bytes
    .toString('utf8', 0, at)
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/);
  const line = lines.length;
  const column = lines.at(-1)!.length + 1;
  return {
    source,
    problem: {
      ...{
        code: 'yaml/not-text',
        severity: 'error',
        path: '',
        line,
        column,
        endLine: line,
        endColumn: column + 1,
      },
      message: `the byte 0x${bytes[at]!.toString(16).padStart(2, '0')} here is not UTF-8`,
      suggestion: 'save the file as UTF-8',
    },
  };
}
