import type { RunStatus, RunVerdict } from '@rehearse/contracts';
import * as z from 'zod/mini';

export const STATUS_NAMES = [
  ...(['queued', 'running', 'paused', 'waiting', 'finished', 'canceled'] as const),
] satisfies RunStatus[];
export const VERDICT_NAMES = ['passed', 'failed', 'inconclusive', 'errored'] as const satisfies RunVerdict[];
export const RUN_TABS = [
  ...(['overview', 'log', 'steps', 'assertions', 'contracts', 'compliance', 'graph', 'forks'] as const),
] as const;
export type RunTab = (typeof RUN_TABS)[number];
export const REPLAY_MODES = ['fork', 'chaos', 'regrade', 'compare'] as const;
export type ReplayMode = (typeof REPLAY_MODES)[number];

// A parameter that cannot be read is dropped: an old or mistyped link still opens its page.
const text = () => z.catch(z.optional(z.string()), undefined);
const choice = <const T extends readonly string[]>(names: T) => z.catch(z.optional(z.enum(names)), undefined);
const seq = () => z.catch(z.optional(z.coerce.number().check(z.int(), z.minimum(1))), undefined);

export const RunsSearch = z.object({
  status: choice(STATUS_NAMES),
  verdict: choice(VERDICT_NAMES),
  graph: text(),
  experiment: text(),
  case: text(),
  label: text(),
  from: text(),
  to: text(),
  q: text(),
});
export type RunsSearch = z.infer<typeof RunsSearch>;

export const RunSearch = z.object({
  tab: choice(RUN_TABS),
  node: text(),
  seq: seq(),
  q: text(),
  type: text(),
  level: choice(['problems']),
  follow: choice(['1', '0']),
  /** A stretch of the journal, `3-9`; the panes show what falls into it. */
  range: text(),
  /** The dialog that is open, and the seq that it is about. */
  replay: choice(REPLAY_MODES),
  at: seq(),
});
export type RunSearch = z.infer<typeof RunSearch>;
