import { nodeSha256 } from '@rehearse/adapters';
import { cassetteWriter, useSha256, type Recording } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { openDraft, readText } from '../files.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { checkChains, nameOf } from './check-chains.js';
import type { MergeFlags } from './cassette-options.js';
import { byIdentity, identityOf, isSameRun } from './identity.js';
import { lockCassette } from './lock-cassette.js';
import { readCassette } from './read-cassette.js';

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

async function merge(io: Io, files: readonly string[], flags: MergeFlags): Promise<number> {
  const kept = new Map<string, { recording: Recording; file: string }>();
  const conflicts: string[] = [];
  let replaced = 0;
  for (const file of files) {
    const recordings = readCassette(await readText(io, file), file);
    checkChains(recordings, file);
    for (const recording of recordings) {
      const key = JSON.stringify(identityOf(recording));
      const other = kept.get(key);
      const isOther = other !== undefined && !isSameRun(other.recording, recording);
      if (isOther) conflicts.push(`  ${nameOf(recording)}: ${other.file} and ${file}\n`);
      if (isOther && flags.prefer === 'last') replaced++;
      if (!other || (isOther && flags.prefer === 'last')) kept.set(key, { recording, file });
    }
  }
  if (conflicts.length > 0 && !flags.prefer) throw conflicting(conflicts);
  writeInOrder(
    io,
    flags.output,
    [...kept.values()].map(({ recording }) => recording),
  );
  const from = count(files.length, 'cassette');
  const settled = conflicts.length > 0 ? `, ${conflicts.length} in two versions (${replaced} replaced)` : '';
  io.stdout.write(`${flags.output}: ${count(kept.size, 'run')} of ${from}${settled}\n`);
  return EXIT.ok;
}

/** Writes a cassette whole, in the order that cassettes have. */
export function writeInOrder(io: Io, file: string, recordings: readonly Recording[]): void {
  const draft = openDraft(io, file);
  const write = cassetteWriter();
  try {
    for (const recording of recordings.toSorted((a, b) => byIdentity(identityOf(a), identityOf(b))))
      draft.write(write(recording));
    draft.keep();
  } finally {
    draft.discard();
  }
}

const MOST = 20;

const conflicting = (conflicts: readonly string[]): CliError =>
  new CliError({
    code: 'cassette/conflict',
    message: `${count(conflicts.length, 'run')} were recorded differently`,
    details: [
      ...conflicts.slice(0, MOST),
      ...(conflicts.length > MOST ? [`  and ${conflicts.length - MOST} more\n`] : []),
    ],
    hint: 'Choose with --prefer first or --prefer last, or record them anew with `rehearse run --mode record`.',
  });
