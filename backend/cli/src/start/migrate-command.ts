import path from 'node:path';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { configOf } from './config.js';

/** `rehearse migrate`: brings the database up to this version and leaves it as it was found, running or not. */
export async function migrateCommand(io: Io): Promise<number> {
  const { config } = configOf(io);
  const { openDatabase, DatabaseError } = await import('@rehearse/server');
  const notice = (message: string) => void io.stderr.write(`${message}\n`);
  try {
    const opened = await openDatabase({ ...config, home: path.resolve(io.cwd, config.home) }, notice);
    await opened.stop();
    const { applied, known } = opened.migrations;
    const which = opened.kind === 'embedded' ? 'the embedded database' : 'the database of DATABASE_URL';
    const done = applied.length === 0 ? 'nothing to do' : `applied ${applied.join(', ')}`;
    io.stdout.write(`${which}: ${done}; ${count(known + applied.length, 'migration')} in all\n`);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new CliError({ code: error.code, message: error.message, exitCode: EXIT.unreachable });
  }
}
