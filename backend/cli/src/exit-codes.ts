/** What the process ends with. */
export const EXIT = {
  ok: 0,
  crash: 1,
  usage: 2,
  unreachable: 3,
  /** A digest is not that of what it stands for. */
  mismatch: 4,
  /** An import came over in part. */
  partly: 11,
  failed: 100,
  errored: 101,
  diverged: 102,
  interrupted: 130,
} as const;
