import { FLAKE_SOURCES, type FlakeSource } from '@rehearse/contracts';
import type { NestedScores } from '../stats/index.js';
import type { ObservedCase } from './attribute.js';
import type { Moves } from './moves.js';
import type { Observed } from './observe.js';

/** The scores of each case by the sources that can make them vary, from the inside out. */
export interface Levels {
  sources: FlakeSource[];
  scores: NestedScores[];
}

type Group = ReadonlySet<Observed>;

/**
 * A level for each source that moved, with groups of runs between which only this source and those inside of it could
 * differ. What never came out differently makes no level: its reruns tell of the level inside of it, which they repeat.
 */
export function levelsOf(cases: readonly ObservedCase[], moves: Moves): Levels {
  const isLoose = FLAKE_SOURCES.map((source) => moves[source].isLoose);
  const all = cases.map((one) => groupsOf(one, isLoose));
  // A level of which no case has two scores tells nothing.
  const kept = FLAKE_SOURCES.map((_, at) => at).filter(
    (at) => isLoose[at] && all.some((levels) => levels[at]!.some(({ length }) => length > 1)),
  );
  return {
    sources: kept.map((at) => FLAKE_SOURCES[at]!),
    scores: all.map((levels) => kept.map((at) => levels[at]!)),
  };
}

function groupsOf(one: ObservedCase, isLoose: readonly boolean[]): number[][][] {
  const levels: Group[][] = [...LEVELS.map((loose) => tapeGroups(one, loose)), [new Set(one.runs)]];
  for (let at = levels.length - 1; at > 0; at--)
    if (!isLoose[at]) levels[at - 1] = merged(levels[at - 1]!, levels[at]!);
  return levels.map((groups) => groups.map(scoresOf));
}

const LEVELS = ['judge', 'model', 'tools'] as const;

/** One for each tape: itself and its reruns. */
const tapeGroups = ({ tapes }: ObservedCase, level: (typeof LEVELS)[number]): Group[] =>
  tapes.map(({ run, reruns }) => {
    const own = reruns.filter(({ loose }) => loose === level).map(({ observed }) => observed);
    return new Set([run, ...own]);
  });

/** Tape by tape, or all in one where nothing outside of the level tells the tapes apart. */
function merged(inner: readonly Group[], outer: readonly Group[]): Group[] {
  if (outer.length === 1) return [new Set([...inner, ...outer].flatMap((group) => [...group]))];
  return inner.map((group, at) => new Set([...group, ...(outer[at] ?? [])]));
}

const scoresOf = (group: Group): number[] =>
  [...group].flatMap(({ score }) => (score === null ? [] : [score]));
