/** Why the database could not be opened, or was lost. The message says what happened, where, and how to mend it. */
export type DatabaseErrorCode =
  | 'database/folder-in-use'
  | 'database/folder-not-writable'
  | 'database/folder-not-reachable'
  | 'database/disk-full'
  | 'database/port-taken'
  | 'database/password-lost'
  | 'database/version-mismatch'
  | 'database/no-binaries'
  | 'database/no-unprivileged-user'
  | 'database/did-not-start'
  | 'database/died'
  | 'database/unavailable'
  | 'database/access-denied'
  | 'database/migration-failed'
  | 'database/migration-edited'
  | 'database/migration-unknown'
  | 'database/migration-locked';

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    readonly code: DatabaseErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A text with U+0000, which JSON has and Postgres cannot keep. The database works: the same would fail again. */
export class UnstorableText extends Error {
  override readonly name = 'UnstorableText';
  readonly code = 'text/unstorable';

  constructor(options?: ErrorOptions) {
    super('a text holds the character U+0000, which the database cannot keep', options);
  }
}

/** The errno of a failed system call, or the SQLSTATE of a failed statement. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
