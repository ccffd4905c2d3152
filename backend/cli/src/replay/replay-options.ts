export const REPLAY_MODES = ['strict', 'regrade', 'compare', 'fork', 'chaos'] as const;
export type ReplayMode = (typeof REPLAY_MODES)[number];

export const JUDGES = ['held', 'live'] as const;

export interface ReplayFlags {
  mode: ReplayMode;
  reporter: 'spec' | 'json';
  run?: string;
  graph?: string;
  /** Default: held. */
  judges?: (typeof JUDGES)[number];
  all?: boolean;
  fromSeq?: number;
  edit?: string[];
  editData?: string[];
  vars?: string;
  at?: string;
  fault?: string;
  live?: boolean;
  offline?: boolean;
  output?: string;
}

/** Which flags a mode has, beside those that all have. */
const OWN: Readonly<Record<ReplayMode, readonly (keyof ReplayFlags)[]>> = {
  strict: [],
  regrade: ['judges', 'offline'],
  compare: ['all'],
  fork: ['fromSeq', 'edit', 'editData', 'vars', 'live', 'offline', 'output'],
  chaos: ['at', 'fault', 'live', 'offline', 'output'],
};
const ALL = [...new Set(Object.values(OWN).flat())];

/** A flag that means nothing in the mode; it would be passed over in silence. */
export const strayFlag = (flags: ReplayFlags): keyof ReplayFlags | undefined =>
  ALL.find((flag) => flags[flag] !== undefined && !OWN[flags.mode].includes(flag));
