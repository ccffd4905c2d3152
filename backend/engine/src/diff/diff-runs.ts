import {
  NORMALISERS,
  type CheckDiff,
  type JournalEvent,
  type Normaliser,
  type RunDiff,
  type RunDiffStep,
} from '@rehearse/contracts';
import { canonicalJson } from '../journal/canonical.js';
import { foldRun, type RunFold } from '../journal/fold.js';
import { align } from './align.js';
import { checkDiffs } from './checks.js';
import { masked, noMasks, type MaskCounts } from './masks.js';
import { isEqual, placesOf, wordBudget, type WordBudget } from './places.js';
import { timelineOf } from './timeline.js';
import {
  isAsked,
  isAskedOtherwise,
  isEffect,
  isWay,
  unitsOf,
  viewOf,
  withDigest,
  type Unit,
} from './units.js';

/** A run to compare: its journal, and the graph that it is of. */
export interface DiffedRun {
  events: readonly JournalEvent[];
  graph: { name: string; digest: string };
}

interface DiffRequest {
  a: DiffedRun;
  b: DiffedRun;
  /** What is masked before they are compared; default: everything that may. */
  ignore?: readonly Normaliser[];
}

/** A difference, and when it came up: in the time of a. */
interface Found {
  step: RunDiffStep;
  beganAt: number;
  divergedAt: number;
  divergence: NonNullable<RunDiff['firstDivergence']> | null;
}

/** Compares two runs step by step and check by check. Works on any journal, also of a run that has not ended. */
export function diffRuns({ a, b, ignore = NORMALISERS }: DiffRequest): RunDiff {
  const effort = { ignore, masks: noMasks(), budget: wordBudget() };
  const [before, after] = [unitsOf(a.events), unitsOf(b.events)];
  const contentOf = ({ content }: Unit) => canonicalJson(masked(content, ignore, noMasks()));
  const { pairs, removed, added, renamed } = align(before, after, contentOf);
  const timeOf = timelineOf(pairs);
  const found = [
    ...pairs.map((pair) => paired(pair, effort)),
    ...removed.map((unit) => alone(unit, { side: 'a', at: unit.seq })),
    ...added.map((unit) => alone(unit, { side: 'b', at: timeOf(unit.seq) })),
  ];
  const steps = found.toSorted((one, other) => one.beganAt - other.beganAt).map(({ step }) => step);
  const checks = checkDiffs({ a: a.events, b: b.events, renamed });
  const firstDivergence = firstOf(found) ?? firstFlip([...checks.assertions, ...checks.contracts]);
  return {
    identical: firstDivergence === null,
    firstDivergence,
    steps,
    ...checks,
    ...summary(a, b),
    masks: ignore.map((name) => ({ name, count: effort.masks[name] })),
  };
}

/** A step of a run: the events of its key and attempt, and where it begins. */
export interface DiffedStep {
  events: readonly JournalEvent[];
  seq: number;
}

/** One step of two runs beside each other, with its contents even where they are the same; null where a run has none. */
export function diffStep({
  a,
  b,
  ignore = NORMALISERS,
}: Record<'a' | 'b', DiffedStep | null> & { ignore?: readonly Normaliser[] }): RunDiffStep | null {
  const [before, after] = [unitAt(a), unitAt(b)];
  if (before && after) {
    const { step } = paired([before, after], { ignore, masks: noMasks(), budget: wordBudget() });
    return { ...step, a: viewOf(before, true), b: viewOf(after, true) };
  }
  const side = before ? ('a' as const) : ('b' as const);
  const unit = before ?? after;
  return unit && alone(unit, { side, at: unit.seq }).step;
}

const unitAt = (step: DiffedStep | null): Unit | null =>
  (step && unitsOf(step.events).find(({ seq }) => seq === step.seq)) ?? null;

interface Effort {
  ignore: readonly Normaliser[];
  masks: MaskCounts;
  budget: WordBudget;
}

function paired([a, b]: readonly [Unit, Unit], { ignore, masks, budget }: Effort): Found {
  if (isEqual(a.content, b.content)) {
    if (!isAskedOtherwise(a, b)) return alike(a, b);
    const sides = { a: withDigest(a), b: withDigest(b) };
    return changed(sides, placesOf(sides.a.content, sides.b.content, budget));
  }
  const before = masks.ids + masks.times;
  const sides = { a: masked(a.content, ignore, masks), b: masked(b.content, ignore, masks) };
  const hidden = masks.ids + masks.times - before;
  const found = isEqual(sides.a, sides.b)
    ? alike(a, b)
    : changed({ a, b }, placesOf(sides.a, sides.b, budget));
  if (hidden > 0) found.step.masked = hidden;
  return found;
}

function alike(a: Unit, b: Unit): Found {
  const isMoved = a.key !== b.key;
  const change = isMoved ? ('moved' as const) : ('same' as const);
  const step = { key: b.key, change, a: viewOf(a, isMoved), b: viewOf(b, isMoved) };
  const at = { key: b.key, seqA: a.seq, seqB: b.seq };
  const divergence = isMoved ? { ...at, kind: 'control_flow' as const, a: a.key, b: b.key } : null;
  return { step, beganAt: a.seq, divergedAt: a.seq, divergence };
}

function changed({ a, b }: Record<'a' | 'b', Unit>, places: ReturnType<typeof placesOf>): Found {
  const views = { a: viewOf(a, true), b: viewOf(b, true) };
  const step = { key: b.key, change: 'changed' as const, ...views, ...places };
  const [first] = places.json;
  const kind = kindAt(a, first!.pointer);
  const [seqA, seqB] = kind === 'outcome_changed' ? [a.endSeq, b.endSeq] : [a.seq, b.seq];
  const values = { a: first!.a ?? null, b: first!.b ?? null };
  const divergence = { key: b.key, seqA, seqB, kind, pointer: first!.pointer, ...values };
  return { step, beganAt: a.seq, divergedAt: seqA, divergence };
}

function kindAt(unit: Unit, pointer: string) {
  if (isAsked(unit, pointer)) return 'input_changed' as const;
  return isWay(unit, pointer) ? ('control_flow' as const) : ('outcome_changed' as const);
}

function alone(unit: Unit, { side, at }: { side: 'a' | 'b'; at: number }): Found {
  const { key, seq, content } = unit;
  const view = viewOf(unit, true);
  const isOfA = side === 'a';
  const change = isOfA ? ('removed' as const) : ('added' as const);
  const step = { key, change, a: isOfA ? view : null, b: isOfA ? null : view };
  const effect = isOfA ? ('missing_effect' as const) : ('unexpected_effect' as const);
  const kind = isEffect(unit) ? effect : ('control_flow' as const);
  const seqs = { seqA: isOfA ? seq : null, seqB: isOfA ? null : seq };
  const divergence = { key, ...seqs, kind, a: isOfA ? content : null, b: isOfA ? null : content };
  return { step, beganAt: at, divergedAt: at, divergence };
}

function firstOf(found: readonly Found[]): RunDiff['firstDivergence'] {
  let first: Found | null = null;
  for (const one of found)
    if (one.divergence && (first === null || one.divergedAt < first.divergedAt)) first = one;
  return first?.divergence ?? null;
}

function firstFlip(checks: readonly CheckDiff[]): RunDiff['firstDivergence'] {
  const flipped = checks.find(({ flip }) => flip !== 'none');
  if (!flipped) return null;
  const { id, a, b } = flipped;
  const seqs = { seqA: a?.seq ?? null, seqB: b?.seq ?? null };
  return { key: id, ...seqs, kind: 'check_flipped', a: a?.verdict ?? null, b: b?.verdict ?? null };
}

function summary(a: DiffedRun, b: DiffedRun): Pick<RunDiff, 'totals' | 'runs'> {
  const [before, after] = [foldRun(a.events), foldRun(b.events)];
  const total = (pick: (fold: RunFold) => number | null) => {
    const [one, other] = [pick(before), pick(after)];
    return { a: one, b: other, delta: one === null || other === null ? null : other - one };
  };
  return {
    totals: {
      durationMs: total(({ durationMs }) => durationMs),
      costUsd: total(({ costUsd }) => costUsd),
      tokens: total(({ usage }) => usage.totalTokens),
    },
    runs: { a: runOf(a, before), b: runOf(b, after) },
  };
}

function runOf({ events, graph }: DiffedRun, fold: RunFold): RunDiff['runs']['a'] {
  const { caseId, repeat, seed, status, verdict, startedAt, lastSeq, digest, verdictDigest } = fold;
  return {
    ...{ runId: events[0]?.runId ?? '', graph: graph.name, graphDigest: graph.digest },
    ...{ caseId, repeat, seed, status, verdict, startedAt, lastSeq, digest, verdictDigest },
  };
}
