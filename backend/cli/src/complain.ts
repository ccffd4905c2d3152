import { CommanderError } from 'commander';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { paintFor } from './text/paint.js';
import { sourceStack } from './text/source-stack.js';

/** Says why a command ended, and answers its exit code. */
export function complain(io: Io, error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const paint = paintFor(io.stderr, io);
  if (error instanceof CliError) {
    const { message, code, details, hint, exitCode } = error;
    io.stderr.write(`${paint('red', 'error')} ${message} ${paint('dim', `(${code})`)}\n`);
    if (details.length > 0) io.stderr.write(`\n${details.join('\n')}${hint === undefined ? '' : '\n'}`);
    if (hint !== undefined) io.stderr.write(`${paint('cyan', 'help')}  ${hint}\n`);
    return exitCode;
  }
  const text = error instanceof Error ? sourceStack(error.stack ?? error.message) : String(error);
  io.stderr.write(
    `${paint('red', 'crash')} ${text}\nThis is a mistake of ours: please report it with what you did.\n`,
  );
  return EXIT.crash;
}
