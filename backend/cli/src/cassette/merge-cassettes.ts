import { nodeSha256 } from '@rehearse/adapters';
import { cassetteWriter, useSha256 } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { openDraft } from '../files.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { nameOf, noteOfBroken, refuseBroken } from './check-chains.js';
import type { MergeFlags } from './cassette-options.js';
import { byIdentity, identityOf, isSameRun, type Identity } from './identity.js';
import { lockCassette } from './lock-cassette.js';
import { readThrough, type Again } from './placed-recordings.js';

/** `rehearse cassette merge`: several cassettes as one, in their one order. */
export async function mergeCassettes(io: Io, files: readonly string[], flags: MergeFlags): Promise<number> {
  useSha256(nodeSha256);
  const unlock = lockCassette(io, flags.output);
  try {
    return await merge(io, files, flags);
  } finally {
    unlock();
  }
}

/** The recording of a run that is kept, and where it came from. */
interface Kept extends Placed {
  file: string;
}

async function merge(io: Io, files: readonly string[], flags: MergeFlags): Promise<number> {
  const kept = new Map<string, Kept>();
  const conflicts: string[] = [];
  let replaced = 0;
  for (const file of files) {
    const broken: (string | null)[] = [];
    await readThrough(io, file, (recording, again) => {
      broken.push(noteOfBroken(recording));
      const identity = identityOf(recording);
      const key = JSON.stringify(identity);
      const other = kept.get(key);
      const isOther = other !== undefined && !isSameRun(other.again(), recording);
      if (isOther) conflicts.push(`  ${nameOf(recording)}: ${other.file} and ${file}\n`);
      if (isOther && flags.prefer === 'last') replaced++;
      if (!other || (isOther && flags.prefer === 'last')) kept.set(key, { identity, again, file });
    });
    refuseBroken(broken, file);
  }
  if (conflicts.length > 0 && !flags.prefer) throw conflicting(conflicts);
  writeInOrder(io, flags.output, [...kept.values()]);
  const from = count(files.length, 'cassette');
  const settled = conflicts.length > 0 ? `, ${conflicts.length} in two versions (${replaced} replaced)` : '';
  besides(io, flags.output).write(`${flags.output}: ${count(kept.size, 'run')} of ${from}${settled}\n`);
  return EXIT.ok;
}

interface Placed {
  identity: Identity;
  again: Again;
}

/** Where is told of a cassette that goes to `file`: beside standard output when that is what gets it. */
export const besides = (io: Io, file: string) => (file === '-' ? io.stderr : io.stdout);

/** Writes a cassette whole, in the order that cassettes have. */
export function writeInOrder(io: Io, file: string, placed: readonly Placed[]): void {
  const draft = openDraft(io, file);
  const write = cassetteWriter();
  try {
    for (const { again } of placed.toSorted((a, b) => byIdentity(a.identity, b.identity)))
      draft.write(write(again()));
    draft.keep();
  } finally {
    draft.discard();
  }
}

const MOST = 20;

const conflicting = (conflicts: readonly string[]): CliError =>
  new CliError({
    code: 'cassette/conflict',
    message: `${count(conflicts.length, 'run')} ${conflicts.length === 1 ? 'was' : 'were'} recorded differently`,
    details: [
      ...conflicts.slice(0, MOST),
      ...(conflicts.length > MOST ? [`  and ${conflicts.length - MOST} more\n`] : []),
    ],
    hint: 'Choose with --prefer first or --prefer last, or record them anew with `rehearse run --mode record`.',
  });
