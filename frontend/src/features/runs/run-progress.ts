import type { RunEstimate, RunView } from '@rehearse/contracts';
import { count, duration } from '../../ui/format.js';

/** The nodes of the graph itself that are settled; those within nodes are theirs. */
export const settledNodes = ({ steps }: Pick<RunView, 'steps'>): number =>
  steps.filter(({ key, status }) => !key.includes('/') && status !== 'running').length;

interface Told {
  /** `14 of 23 nodes`. */
  nodes: string | null;
  /** `≈ 1 m 10 s left`; null while too few runs came before it, and while it waits or is paused. */
  left: string | null;
  /** What that is known by. */
  why: string | undefined;
  /** Of its nodes, from 0 to 1. */
  share: number;
}

/** How far a run that goes on has come, and how long it may still take. */
export function progressOf(
  run: Pick<RunView, 'steps' | 'status' | 'startedAt'>,
  { nodes, runs, durationMs }: RunEstimate,
  nowMs: number,
): Told {
  const settled = settledNodes(run);
  const told = {
    nodes: nodes === null ? null : `${count(Math.min(settled, nodes))} of ${count(nodes)} nodes`,
    share: nodes ? Math.min(1, settled / nodes) : 0,
  };
  if (durationMs === null || run.status !== 'running' || run.startedAt === null)
    return { ...told, left: null, why: undefined };
  const { p50, p90 } = durationMs;
  const elapsed = Math.max(0, nowMs - Date.parse(run.startedAt));
  return {
    ...told,
    left: elapsed < p50 ? `≈ ${duration(p50 - elapsed)} left` : 'longer than most',
    why: `Of ${count(runs)} earlier runs of this graph, half took at most ${duration(p50)}, nine in ten at most ${duration(p90)}`,
  };
}
