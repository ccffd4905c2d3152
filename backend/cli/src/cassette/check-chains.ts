import { laneNeedsOf, replayRecording, verifyChain, type Recording } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { lookInto } from '../replay/replay-recording.js';
import { nameOfRun } from '../run/run-task.js';
import { count } from '../text/amounts.js';
import { oneLine, printable } from '../text/printable.js';

/** What does not hold of the chain of a recording; null when all does. A chain is right also where it breaks off. */
export function brokenIn(recording: Recording, verify = verifyChain): string | null {
  const { header, events } = recording;
  const found = lookInto(recording);
  if (found.kind === 'broken') return found.replay.divergence?.message ?? 'it cannot be read';
  if (found.kind === 'imported')
    return replayRecording({ events, graphDigest: header.graph.digest }).divergence?.message ?? null;
  const { recordedGraph = found.graph } = found;
  return verify(events, laneNeedsOf(recordedGraph))?.message ?? null;
}

export const nameOf = ({ header }: Recording): string => printable(nameOfRun(header.graph.name, header));

/** What is told of a recording that was changed after it was made; null of one that was not. */
export function noteOfBroken(recording: Recording): string | null {
  const problem = brokenIn(recording);
  return problem === null ? null : `  ${nameOf(recording)}\n    ${oneLine(problem)}\n`;
}

/** Refuses recordings that were changed after they were made, so that none is handed on. */
export function refuseBroken(notes: readonly (string | null)[], file: string): void {
  const details = notes.filter((note) => note !== null);
  if (details.length === 0) return;
  throw new CliError({
    code: 'cassette/broken-chain',
    message: `${file} is not as it was recorded: ${count(details.length, 'chain')} broken`,
    details,
    hint: 'Take the file from where it was recorded, or record these runs anew with `rehearse run --mode record`.',
    exitCode: EXIT.mismatch,
  });
}
