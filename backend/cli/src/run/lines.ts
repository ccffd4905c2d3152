import { createInterface } from 'node:readline';
import type { Io } from '../io.js';

/** What a person types, line by line. */
export interface Lines {
  /** Null at the end, and when all is stopped. */
  next(): Promise<string | null>;
  close(): void;
}

export function linesOf({ stdin, signal }: Io): Lines {
  const typed = createInterface({ input: stdin as NodeJS.ReadableStream, terminal: false });
  const waiting: string[] = [];
  let isOver = false;
  let wake = () => {};
  const end = () => {
    isOver = true;
    wake();
  };
  typed.on('line', (line) => {
    waiting.push(line);
    wake();
  });
  typed.on('close', end);
  signal?.addEventListener('abort', end, { once: true });
  return {
    async next() {
      if (waiting.length === 0 && !isOver) await new Promise<void>((resolve) => (wake = resolve));
      return waiting.shift() ?? null;
    },
    close() {
      signal?.removeEventListener('abort', end);
      typed.close();
    },
  };
}
