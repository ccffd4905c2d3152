import {
  FLAKE_SOURCES,
  type AttributedCase,
  type AttributedPart,
  type Attribution,
  type FlakeSource,
  type JsonObject,
} from '@rehearse/contracts';
import type { Loose } from '../replay/rerun.js';
import { varianceParts, varianceShares, wilsonInterval, type VarianceShares } from '../stats/index.js';
import { levelsOf, type Levels } from './levels.js';
import { movesIn, type Moves } from './moves.js';
import type { Observed } from './observe.js';

/** A run that others do again, with more and more of the world let loose. */
export interface ObservedTape {
  run: Observed;
  reruns: readonly { loose: Loose; observed: Observed }[];
}

/** All runs of a case, in one cell of the matrix and under one profile of faults. */
export interface ObservedCase {
  caseId: string;
  matrix?: JsonObject | undefined;
  chaos?: string | undefined;
  /** Of the experiment; the tapes are among them. */
  runs: readonly Observed[];
  tapes: readonly ObservedTape[];
}

/** By whom the verdicts of an experiment vary, as far as the reruns tell. */
export function attribute(
  cases: readonly ObservedCase[],
  { seed, draws }: { seed: number; draws?: number },
): Attribution {
  const moves = movesIn(cases);
  const levels = levelsOf(cases, moves);
  const told =
    levels.sources.length === 0
      ? null
      : varianceShares(levels.scores, { seed, ...(draws !== undefined && { draws }) });
  const all = cases.flatMap(everyRun);
  const scored = all.filter(({ score }) => score !== null).length;
  const byCase = cases.map((one, at) => caseOf(one, levels, at));
  const isKnown = byCase.some(({ variance }) => variance !== null);
  const flakyCases = byCase.filter(({ variance }) => variance !== null && variance > 0).length;
  return {
    flakes: isKnown ? flakyCases > 0 : null,
    ...{ cases: cases.length, flakyCases, scored, unscored: all.length - scored },
    variance: told?.total ?? (isKnown ? NOTHING : null),
    parts: FLAKE_SOURCES.map((source) => partOf(source, { cases, moves, levels, told, isKnown })),
    byCase: byCase.toSorted((a, b) => (b.variance ?? -1) - (a.variance ?? -1)),
  };
}

const NOTHING = { estimate: 0, low: 0, high: 0 };

const everyRun = ({ runs, tapes }: ObservedCase): Observed[] => [
  ...runs,
  ...tapes.flatMap(({ reruns }) => reruns.map(({ observed }) => observed)),
];

interface Told {
  cases: readonly ObservedCase[];
  moves: Moves;
  levels: Levels;
  told: VarianceShares | null;
  isKnown: boolean;
}

function partOf(source: FlakeSource, { cases, moves, levels, told, isKnown }: Told): AttributedPart {
  const { moved, of, isLoose } = moves[source];
  const at = levels.sources.indexOf(source);
  const isPresent = of > 0;
  // What was asked and never came out differently carries nothing; what moved and has no level cannot be told.
  const isStill = isPresent && !isLoose && isKnown;
  const flakes = (told?.total.estimate ?? 0) > 0;
  return {
    ...{ source, isPresent, reruns: of, moved: wilsonInterval({ successes: moved, n: of }) },
    variance: at >= 0 && told ? told.parts[at]! : isStill ? NOTHING : null,
    share: at >= 0 && told?.shares ? told.shares[at]! : isStill && flakes ? NOTHING : null,
    ...(source === 'environment' && { reruns: cases.reduce((sum, { runs }) => sum + runs.length, 0) }),
  };
}

function caseOf(one: ObservedCase, { sources, scores }: Levels, at: number): AttributedCase {
  const all = everyRun(one).flatMap(({ score }) => score ?? []);
  const own = scores[at]!;
  // Of one case a level may have no two scores, though others have.
  const kept = sources.flatMap((source, level) =>
    own[level]!.some(({ length }) => length > 1) ? [{ source, groups: own[level]! }] : [],
  );
  const parts = varianceParts([kept.map(({ groups }) => groups)]);
  const passed = all.filter((score) => score === 1).length;
  const still = all.length > 1 ? 0 : null;
  return {
    caseId: one.caseId,
    ...(one.matrix && { matrix: one.matrix }),
    ...(one.chaos !== undefined && { chaos: one.chaos }),
    ...{ passed, scored: all.length, variance: parts?.total ?? still },
    carrier: parts && parts.total > 0 ? kept[largest(parts.parts)]!.source : null,
  };
}

const largest = (values: readonly number[]): number => values.indexOf(Math.max(...values));
