import { complain } from './complain.js';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { refuseLater } from './not-released.js';
import { programFor } from './program.js';

export { processIo, type Io } from './io.js';

/** Runs one command line (without node and script) and answers the exit code; never rejects, never exits. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.ok;
  try {
    refuseLater(argv);
    const program = programFor(io, (code) => (exitCode = code));
    await program.parseAsync(asked(argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    return complain(io, error);
  }
}

/** Without anything to do, the help is what is wanted. */
const asked = (argv: readonly string[]): string[] => (argv.length === 0 ? ['--help'] : [...argv]);
