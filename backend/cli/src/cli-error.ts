import { EXIT } from './exit-codes.js';

interface Failure {
  /** Stable, as in `cli/no-such-file`. */
  code: string;
  message: string;
  /** How to mend it. */
  hint?: string;
  /** Lines that explain the message, printed below it as they are. */
  details?: readonly string[];
  exitCode?: number;
}

/** Something the person who called us can mend. It ends the command, without a stack. */
export class CliError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly details: readonly string[];
  readonly exitCode: number;

  constructor({ code, message, hint, details = [], exitCode = EXIT.usage }: Failure) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.details = details;
    this.exitCode = exitCode;
  }
}
