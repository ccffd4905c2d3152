import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The port of the last start, so that a tool that is connected to the database finds it again. */
export function lastPort(folder: string): number | undefined {
  try {
    const port = Number(readFileSync(path.join(folder, 'port'), 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  } catch {
    return undefined;
  }
}

export function rememberPort(folder: string, port: number): void {
  if (lastPort(folder) !== port) writeFileSync(path.join(folder, 'port'), `${port}\n`);
}
