import { FLAKE_SOURCES, type FlakeSource } from '@rehearse/contracts';
import type { ObservedCase, ObservedTape } from './attribute.js';
import type { Observed } from './observe.js';

/** How often something of a source came out differently, of how many comparisons. */
export interface Move {
  moved: number;
  of: number;
  /** Whether its answers can make a verdict vary, as far as anything was seen. */
  isLoose: boolean;
}

export type Moves = Readonly<Record<FlakeSource, Move>>;

/** Compares each rerun with its tape, and the runs of each case with the first of them. */
export function movesIn(cases: readonly ObservedCase[]): Moves {
  const moves = Object.fromEntries(
    FLAKE_SOURCES.map((source) => [source, { moved: 0, of: 0, isLoose: false }]),
  ) as Record<FlakeSource, Move>;
  const count = (source: FlakeSource, hasMoved: boolean) => {
    moves[source].of++;
    if (hasMoved) moves[source].moved++;
    if (hasMoved) moves[source].isLoose = true;
  };
  for (const { runs, tapes } of cases) {
    for (const tape of tapes) countTape(tape, count);
    const [first, ...others] = runs;
    for (const other of others) {
      count('environment', isByEnvironment(first!, other));
      // They tell of the others as well, but are no reruns of theirs.
      if (differ(first!.models, other.models)) moves.model.isLoose = true;
      if (differ(first!.tools, other.tools)) moves.tools.isLoose = true;
      if (first!.acts === other.acts && first!.judged !== other.judged) moves.judge.isLoose = true;
    }
  }
  return moves;
}

function countTape({ run, reruns }: ObservedTape, count: (source: FlakeSource, hasMoved: boolean) => void) {
  for (const { loose, observed } of reruns) {
    if (loose === 'judge') count('judge', run.judged !== observed.judged || run.score !== observed.score);
    if (loose === 'model') count('model', run.acts !== observed.acts);
    if (loose === 'tools') count('tools', isByTools(run, observed));
  }
}

/** Everything was let loose: a difference is that of the model where only its answers differ. */
const isByTools = (run: Observed, rerun: Observed): boolean =>
  differ(run.tools, rerun.tools) || (run.acts !== rerun.acts && !differ(run.models, rerun.models));

/**
 * What people decide and chaos does is around a run, and so is what nobody's answer explains: other requests, other findings
 * or another verdict although all that was asked alike was answered alike.
 */
function isByEnvironment(a: Observed, b: Observed): boolean {
  if (a.around !== b.around) return true;
  if (differ(a.models, b.models) || differ(a.tools, b.tools)) return false;
  return a.acts !== b.acts || (a.judged === b.judged && a.score !== b.score);
}

/** Whether the same request was answered in two ways. */
function differ(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  for (const [request, answer] of a) {
    const other = b.get(request);
    if (other !== undefined && other !== answer) return true;
  }
  return false;
}
