import {
  IconAlertTriangle,
  IconArrowsMove,
  IconCheck,
  IconEqual,
  IconHelpCircle,
  IconLineDashed,
  IconMinus,
  IconPencil,
  IconPlus,
  IconX,
} from '@tabler/icons-react';
import type { CheckDiff, RunDiff, RunDiffStep } from '@rehearse/contracts';
import type { Look } from '../../../ui/tones.js';

export const CHANGES: Record<RunDiffStep['change'], Look> = {
  same: { tone: 'quiet', icon: IconEqual, word: 'Same' },
  changed: { tone: 'warn', icon: IconPencil, word: 'Changed' },
  added: { tone: 'good', icon: IconPlus, word: 'Added' },
  removed: { tone: 'bad', icon: IconMinus, word: 'Removed' },
  moved: { tone: 'odd', icon: IconArrowsMove, word: 'Moved' },
};

export const FLIPS: Record<CheckDiff['flip'], Look> = {
  regressed: { tone: 'bad', icon: IconX, word: 'Newly failing' },
  changed: { tone: 'odd', icon: IconAlertTriangle, word: 'Cannot be compared' },
  fixed: { tone: 'good', icon: IconCheck, word: 'Fixed' },
  added: { tone: 'warn', icon: IconPlus, word: 'Only in B' },
  removed: { tone: 'warn', icon: IconMinus, word: 'Only in A' },
  none: { tone: 'quiet', icon: IconEqual, word: 'Same' },
};

export const NOT_IN_BOTH: Look = { tone: 'quiet', icon: IconLineDashed, word: 'Not in this run' };
export const NOT_THERE: Look = { tone: 'quiet', icon: IconHelpCircle, word: 'Not checked' };

type Kind = NonNullable<RunDiff['firstDivergence']>['kind'];
export const KINDS: Record<Kind, string> = {
  input_changed: 'what was asked differs',
  outcome_changed: 'what came back differs',
  unexpected_effect: 'B makes a call that A does not make',
  missing_effect: 'A makes a call that B does not make',
  control_flow: 'the runs take other ways through the graph',
  check_flipped: 'a check turns out otherwise, though the steps agree',
};
