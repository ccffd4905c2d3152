import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconClockPause,
  IconHelpCircle,
  IconLoader2,
  IconPlayerPause,
  IconPlayerSkipForward,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import type { RunStatus, RunVerdict, StepStatus } from '@rehearse/contracts';

export type Tone = 'good' | 'bad' | 'warn' | 'odd' | 'busy' | 'quiet';
export interface Look {
  tone: Tone;
  icon: Icon;
  word: string;
}

export const VERDICTS: Record<RunVerdict, Look> = {
  passed: { tone: 'good', icon: IconCheck, word: 'Passed' },
  failed: { tone: 'bad', icon: IconX, word: 'Failed' },
  inconclusive: { tone: 'warn', icon: IconHelpCircle, word: 'Inconclusive' },
  errored: { tone: 'odd', icon: IconAlertTriangle, word: 'Errored' },
};

export const STATUSES: Record<RunStatus, Look> = {
  queued: { tone: 'quiet', icon: IconCircleDashed, word: 'Queued' },
  running: { tone: 'busy', icon: IconLoader2, word: 'Running' },
  paused: { tone: 'warn', icon: IconPlayerPause, word: 'Paused' },
  waiting: { tone: 'warn', icon: IconClockPause, word: 'Waiting' },
  finished: { tone: 'quiet', icon: IconCheck, word: 'Finished' },
  canceled: { tone: 'quiet', icon: IconCircleMinus, word: 'Canceled' },
};

export const STEP_STATUSES: Record<StepStatus, Look> = {
  running: { tone: 'busy', icon: IconLoader2, word: 'Running' },
  finished: { tone: 'good', icon: IconCheck, word: 'Finished' },
  skipped: { tone: 'quiet', icon: IconPlayerSkipForward, word: 'Skipped' },
  errored: { tone: 'odd', icon: IconAlertTriangle, word: 'Errored' },
  canceled: { tone: 'quiet', icon: IconCircleMinus, word: 'Canceled' },
};

/** The verdict once there is one, the status until then. */
export const runLook = (run: { status: RunStatus; verdict: RunVerdict | null }): Look =>
  run.verdict ? VERDICTS[run.verdict] : STATUSES[run.status];
