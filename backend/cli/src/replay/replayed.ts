import type { CassetteHeader, JournalEvent, RunVerdict } from '@rehearse/contracts';
import {
  isAnswer,
  type CompiledGraph,
  type RequestChange,
  type RunFold,
  type StrictReplay,
} from '@rehearse/engine';
import type { Io } from '../io.js';
import type { ReplayFlags, ReplayMode } from './replay-options.js';

export interface AroundReplay {
  io: Io;
  flags: ReplayFlags;
  /** The one that is given. */
  graph: CompiledGraph | undefined;
}

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

/** Of a mode that makes no new run: all answers are those of the recording. */
export const answersOnTape = (events: readonly JournalEvent[]): Pick<Replayed, 'answers' | 'costUsd'> => ({
  answers: { tape: events.filter(isAnswer).length, live: 0 },
  costUsd: 0,
});
