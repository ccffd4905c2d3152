import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { fileError } from '../files.js';
import type { Write } from './reporter.js';

const IN_MEMORY = 1 << 20;
const CHUNK = 1 << 16;

/** Text that stands below a header which is known last. Beyond a megabyte it waits on disk. */
export interface Spool {
  write: Write;
  /** Hands all of it on; after that the spool is empty. */
  moveTo(write: Write): void;
}

export function spool(): Spool {
  let text = '';
  let file: number | null = null;
  const spill = () => {
    file ??= openNameless();
    writeFileSync(file, text);
    text = '';
  };
  return {
    write(more) {
      text += more;
      if (text.length > IN_MEMORY) spill();
    },
    moveTo(write) {
      if (file !== null) {
        readAll(file, write);
        closeSync(file);
        file = null;
      }
      write(text);
      text = '';
    },
  };
}

/** Gone from the folder at once, so that nothing is left behind however the process ends. */
function openNameless(): number {
  const name = path.join(tmpdir(), `rehearse-${randomUUID()}`);
  try {
    const file = openSync(name, 'wx+', 0o600);
    unlinkSync(name);
    return file;
  } catch (error) {
    throw fileError('write', name, error);
  }
}

function readAll(file: number, write: Write): void {
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.allocUnsafe(CHUNK);
  let position = 0;
  for (let read = 0; (read = readSync(file, buffer, 0, CHUNK, position)) > 0; position += read)
    write(decoder.write(buffer.subarray(0, read)));
  write(decoder.end());
}
