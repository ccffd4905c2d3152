import type { CassetteHeader, RunVerdict } from '@rehearse/contracts';
import type { RequestChange, RunFold, StrictReplay } from '@rehearse/engine';
import type { ReplayMode } from './replay-options.js';

/** What a replay of one run came to. */
export interface Replayed {
  mode: ReplayMode;
  header: CassetteHeader;
  replay: Pick<StrictReplay, 'identical' | 'reexecuted' | 'digest' | 'verdictDigest' | 'divergence'>;
  /** How many answers came from the tape and how many were had anew, and what those cost. */
  answers: { tape: number; live: number };
  costUsd: number;
  /** Of a regrade: what was judged anew. Of a fork: what the new run came to. */
  verdict?: RunVerdict | null;
  recordedVerdict?: RunVerdict | null;
  fold?: RunFold;
  /** Of a comparison. */
  requests?: readonly RequestChange[];
  unreached?: readonly string[];
  /** Of a new run. */
  fork?: { runId: string; parent: string; fromSeq: number; copied: number };
  error?: { code: string; message: string };
}

/** Whether something else happened, or would be asked, than what was recorded. */
export const differs = ({ mode, replay, requests = [] }: Replayed): boolean =>
  replay.divergence !== undefined || (mode === 'compare' && requests.some(({ change }) => change !== 'same'));
