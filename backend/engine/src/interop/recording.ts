import type { ChatMessage, JsonObject, Usage } from '@rehearse/contracts';

/** A conversation that really took place, whatever the format that it was kept in. */
export interface Recording {
  caseId: string;
  /** From 0. */
  repeat: number;
  vars: JsonObject;
  model: string;
  /** From 0 to 1; null when nobody scored it. */
  reward: number | null;
  /** Of the whole conversation; null when the record has none. */
  usage: Usage | null;
  messages: readonly ChatMessage[];
}

/** What is wrong with a file of recordings. */
export interface ImportProblem {
  code: string;
  /** From 1, in the file, where the format has lines. */
  line?: number;
  /** Where in the file, as in `[3].traj[2].role`. */
  path: string;
  message: string;
  suggestion: string;
}

export type Parsed = { ok: true; recordings: Recording[] } | { ok: false; problems: ImportProblem[] };

/** More problems than this help nobody. */
export const MOST_PROBLEMS = 50;
