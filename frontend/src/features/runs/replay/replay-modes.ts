import type { ReplayMode } from '../search.js';

interface Circumstances {
  isOver: boolean;
  imported: boolean;
  mayWrite: boolean;
}

/** Why a mode cannot be had; nothing when it can. The server decides again. */
export function whyNotReplay(
  mode: ReplayMode,
  { isOver, imported, mayWrite }: Circumstances,
): string | undefined {
  if (!isOver) return 'The run goes on. Stop it, or wait until it is over.';
  if (imported && mode !== 'regrade')
    return 'A recording that was imported has no graph that could be executed; it can be replayed and regraded.';
  if (!mayWrite && (mode === 'fork' || mode === 'chaos'))
    return 'It makes a run, which Operators and Admins may.';
  return undefined;
}

/** What each way to go through a run again does, in the words of the menu. */
export const REPLAY_WORDS: Record<ReplayMode, { label: string; says: string }> = {
  fork: { label: 'Fork…', says: 'From a seq, edited; the rest is had anew' },
  chaos: { label: 'Chaos…', says: 'A fault on one recorded call' },
  regrade: { label: 'Regrade…', says: 'Recorded answers, other checks' },
  compare: { label: 'Another version…', says: 'Which requests it would change' },
};
