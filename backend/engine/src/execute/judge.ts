import type { Json } from '@rehearse/contracts';
import type { AssertionResult, AssertionSubject } from '../assert/index.js';
import type { NodeContract } from '../contract/index.js';
import type { Check, PlacedAssertion } from '../graph/model.js';
import { digestOf } from '../journal/canonical.js';
import { VERDICT_LANE } from '../journal/digest.js';
import type { EventDraft } from '../journal/writer.js';
import { checkBindings, graphSubject, nodeBindings, nodeSubject } from './bindings.js';
import type { Slot } from './frame.js';
import { graphResult } from './graph-result.js';
import { inquire } from './inquire.js';
import { builtInKey, ensuresKey, OUTPUT_KEY, positionOf, requiresKey, type Plan } from './plan.js';
import type { RunState } from './state.js';

/** The checks of a node that has just settled: what it ensures, its assertions, and those of the graph that it holds. */
export function judgeNode(plan: Plan, state: RunState, slot: Slot): EventDraft[] {
  const { node } = slot;
  const drafts = slot.state.status === 'finished' ? judgeEnsures(plan, state, slot) : [];
  if (node.type === 'graph') drafts.push(...judgeGraph(plan, state, slot));
  if (node.assertions.length === 0) return drafts;
  const judging = { subject: nodeSubject(plan, slot), prefix: prefixOf(slot), node: node.id };
  return [...drafts, ...judgeAll(plan, state, node.assertions, judging)];
}

/** What the ids of the checks of a node begin with: nothing at the top, else where its body stands. */
const prefixOf = ({ key, node }: Slot): string => key.slice(0, key.length - node.id.length);

/** The run-level assertions of a graph within a graph. */
function judgeGraph(plan: Plan, state: RunState, slot: Slot): EventDraft[] {
  const { node, state: own, frames } = slot;
  if (node.type !== 'graph' || !frames[0] || node.body.assertions.length === 0) return [];
  const endedEarly = own.error ? `the node errored: ${own.error.message}` : null;
  const result = graphResult(plan, frames[0], own.status === 'finished');
  const ended = { ...result, startedAt: own.startedAt!, endedEarly };
  const subject = { ...graphSubject(plan, frames[0], ended), contracts: brokenIn(state, slot) };
  const judging = { subject, prefix: `${slot.key}/`, node: node.id };
  return judgeAll(plan, state, node.body.assertions, judging);
}

/** What became of the contracts of a graph within the graph, by their ids there. */
function brokenIn({ broken }: RunState, { key }: Slot): RunState['broken'] {
  const own = [...broken].filter(([id]) => id.startsWith(`${key}/`));
  return new Map(own.map(([id, what]) => [id.slice(key.length + 1), what]));
}

interface Judging {
  subject: AssertionSubject;
  prefix?: string;
  /** Of the node whose assertions they are; without it those of the run, which have asked already. */
  node?: string;
  /** The execution of a node that waits for the results. */
  waiting?: Slot;
  /** Leave out what could not be told. */
  withoutErrored?: boolean;
}

/** The results of assertions. Those of a node that have to ask first begin to wait for answers instead. */
export function judgeAll(
  plan: Plan,
  state: RunState,
  assertions: readonly PlacedAssertion[],
  { subject, prefix = '', node, waiting, withoutErrored }: Judging,
): EventDraft[] {
  const drafts: EventDraft[] = [];
  for (const { id, assertion } of assertions) {
    const key = prefix + id;
    if (state.judged.has(key)) continue;
    if (assertion.mayAsk && node !== undefined) {
      state.open({ key, assertion, subject, node, ...(waiting && { waiting }) });
      continue;
    }
    const inquired = assertion.mayAsk ? inquire(state, { key, assertion, subject }) : null;
    const result = inquired && 'result' in inquired ? inquired.result : assertion.evaluate(subject);
    if (withoutErrored && result.verdict === 'errored') continue;
    drafts.push(evaluated(plan, state, { key, result, ...(node === undefined ? {} : { node }) }));
  }
  return drafts;
}

interface Evaluated {
  key: string;
  result: AssertionResult;
  node?: string;
}

/** The event of a result. What its programs were given is part of it, as they have no event of their own. */
export function evaluated(plan: Plan, state: RunState, { key, result, node }: Evaluated): EventDraft {
  const data = {
    ...{ ...result, id: key, position: positionOf(plan, key) },
    ...(node === undefined ? {} : { node }),
  };
  const inDigest = scriptDigest(state, key);
  return {
    ...{ type: 'assertion.evaluated', lane: VERDICT_LANE, key, data },
    ...(inDigest === undefined ? {} : { inDigest }),
  };
}

export function scriptDigest({ scripts }: RunState, key: string): string | undefined {
  const own = scripts.get(key);
  if (!own) return undefined;
  const digests = [...own].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, digest]) => digest);
  return digests.length === 1 ? digests[0] : digestOf(digests);
}

/** A run that ends early waits for nobody: what was asked and not answered cannot be told. */
export function judgeUnanswered(
  plan: Plan,
  state: RunState,
  { reason, withoutErrored }: { reason: string; withoutErrored: boolean },
): EventDraft[] {
  return [...state.inquiries.values()].flatMap(({ key, assertion, subject, node }) => {
    if (state.judged.has(key)) return [];
    const result = assertion.evaluate({ endedEarly: { reason }, ...subject });
    if (withoutErrored && result.verdict === 'errored') return [];
    return [evaluated(plan, state, { key, result, ...(node === undefined ? {} : { node }) })];
  });
}

function judgeEnsures(plan: Plan, state: RunState, slot: Slot): EventDraft[] {
  const { node } = slot;
  if (node.ensures.length === 0) return [];
  const bindings = checkBindings(plan, slot);
  return node.ensures.flatMap((check, index) => {
    const key = ensuresKey(slot.key, index);
    return state.judged.has(key) ? [] : judgeCheck(plan, { slot, check, key, bindings, word: 'ensures' });
  });
}

/** What a node requires, before it starts. */
export function judgeRequires(plan: Plan, slot: Slot): EventDraft[] {
  const { node } = slot;
  if (node.requires.length === 0) return [];
  const bindings = nodeBindings(plan, slot);
  return node.requires.flatMap((check, index) =>
    judgeCheck(plan, { slot, check, key: requiresKey(slot.key, index), bindings, word: 'requires' }),
  );
}

interface CheckPlace {
  slot: Slot;
  check: Check;
  key: string;
  bindings: { [name: string]: Json };
  word: 'ensures' | 'requires';
}

function judgeCheck(plan: Plan, place: CheckPlace): EventDraft[] {
  const { slot, check, key, bindings, word } = place;
  const id = key.slice(key.indexOf('/') + 1);
  const value = check.expression.evaluate(bindings);
  if (value.ok && value.value === true) return [];
  const message = `${slot.node.id} ${word} ${check.source}, which does not hold`;
  if (value.ok) return [violation(plan, { key, id, message, slot })];
  const reason = `${check.source}: ${value.error.message}`;
  return [erroredCheck(plan, key, { id, type: 'contract', reason, node: slot.node.id })];
}

/** A check that could not be told. */
export function erroredCheck(
  plan: Plan,
  key: string,
  told: { id: string; type: string; reason: string; node?: string },
): EventDraft {
  const { id, type, reason, node } = told;
  const judged = { id, type, verdict: 'errored', score: 0, reason, severity: 'major', weight: 1 } as const;
  const data = { ...judged, ...(node === undefined ? {} : { node }), position: positionOf(plan, key) };
  return { type: 'assertion.evaluated', lane: VERDICT_LANE, key, data };
}

/** An `output` that cannot be evaluated: the run is errored, not one whose output is null. */
export const outputErrored = (plan: Plan, message: string): EventDraft =>
  erroredCheck(plan, OUTPUT_KEY, { id: OUTPUT_KEY, type: 'cel', reason: `output: ${message}` });

/** A contract that every node of a type has: `output` (the answer fits its schema), `max-turns`, `max-iterations`. */
export const builtInViolation = (
  plan: Plan,
  broken: { id: NodeContract; slot: Slot; message: string },
): EventDraft => violation(plan, { ...broken, key: builtInKey(broken.id, broken.slot.key) });

/** Of the event that led to an execution which has not begun: the last of what it needs, else of what is around it. */
function seqBefore({ frame, node }: Slot): number {
  const { parent, previousSeq } = frame;
  const needs = node.needs.map((id) => frame.slot(id)!.state.lastSeq);
  if (needs.length > 0) return Math.max(...needs);
  return Math.max(previousSeq, parent?.state.lastSeq ?? RUN_STARTED_SEQ);
}

const RUN_STARTED_SEQ = 1;

function violation(plan: Plan, broken: { key: string; id: string; message: string; slot: Slot }): EventDraft {
  const { key, id, message, slot } = broken;
  const data = {
    id,
    seq: slot.state.lastSeq || seqBefore(slot),
    key: slot.key,
    severity: 'major',
    message,
    position: positionOf(plan, key),
  } as const;
  return { type: 'contract.violated', lane: VERDICT_LANE, key, data };
}
