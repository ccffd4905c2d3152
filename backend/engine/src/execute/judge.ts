import type { Json } from '@rehearse/contracts';
import type { AssertionSubject } from '../assert/index.js';
import type { CompiledNode, PlacedAssertion } from '../graph/model.js';
import { VERDICT_LANE } from '../journal/digest.js';
import type { EventDraft } from '../journal/writer.js';
import { checkBindings, nodeBindings, nodeSubject } from './bindings.js';
import { builtInKey, ensuresKey, requiresKey, type Plan } from './plan.js';
import type { RunState } from './state.js';

/** The checks of a node that has just settled: what it ensures, then its assertions. */
export function judgeNode(plan: Plan, state: RunState, node: CompiledNode): EventDraft[] {
  const status = state.nodes[node.index]!.status;
  const drafts = status === 'finished' ? judgeEnsures(plan, state, node) : [];
  if (node.assertions.length === 0) return drafts;
  const subject = nodeSubject(plan, state, node);
  return [...drafts, ...judgeAll(plan, node.assertions, { subject, judged: state.judged, node: node.id })];
}

interface Judging {
  subject: AssertionSubject;
  judged: ReadonlySet<string>;
  node?: string;
  /** Leave out what could not be told. */
  withoutErrored?: boolean;
}

export function judgeAll(plan: Plan, assertions: readonly PlacedAssertion[], judging: Judging): EventDraft[] {
  return assertions
    .filter(({ id }) => !judging.judged.has(id))
    .map(({ id, assertion }) => ({ id, result: assertion.evaluate(judging.subject) }))
    .filter(({ result }) => !(judging.withoutErrored && result.verdict === 'errored'))
    .map(({ id, result }) => ({
      type: 'assertion.evaluated',
      lane: VERDICT_LANE,
      key: id,
      data: {
        ...result,
        id,
        position: plan.positions.get(id) ?? 0,
        ...(judging.node === undefined ? {} : { node: judging.node }),
      },
    }));
}

function judgeEnsures(plan: Plan, state: RunState, node: CompiledNode): EventDraft[] {
  if (node.ensures.length === 0) return [];
  const bindings = checkBindings(plan, state, node);
  return node.ensures.flatMap((check, index) => {
    const key = ensuresKey(node.id, index);
    return state.judged.has(key)
      ? []
      : judgeCheck(plan, state, { node, check, key, bindings, word: 'ensures' });
  });
}

/** What a node requires, before it starts. */
export function judgeRequires(plan: Plan, state: RunState, node: CompiledNode): EventDraft[] {
  if (node.requires.length === 0) return [];
  const bindings = nodeBindings(plan, state, node);
  return node.requires.flatMap((check, index) =>
    judgeCheck(plan, state, { node, check, key: requiresKey(node.id, index), bindings, word: 'requires' }),
  );
}

interface CheckPlace {
  node: CompiledNode;
  check: CompiledNode['ensures'][number];
  key: string;
  bindings: { [name: string]: Json };
  word: 'ensures' | 'requires';
}

function judgeCheck(plan: Plan, state: RunState, place: CheckPlace): EventDraft[] {
  const { node, check, key, bindings, word } = place;
  const id = key.slice(key.indexOf('/') + 1);
  const value = check.expression.evaluate(bindings);
  if (value.ok && value.value === true) return [];
  if (value.ok)
    return [
      violation(plan, state, {
        key,
        id,
        message: `${node.id} ${word} ${check.source}, which does not hold`,
        node,
      }),
    ];
  const reason = `${check.source}: ${value.error.message}`;
  const judged = {
    id,
    type: 'contract',
    verdict: 'errored',
    score: 0,
    reason,
    severity: 'major',
    weight: 1,
  } as const;
  const position = plan.positions.get(key) ?? 0;
  return [
    { type: 'assertion.evaluated', lane: VERDICT_LANE, key, data: { ...judged, node: node.id, position } },
  ];
}

/** A contract that every graph has: `output` (the answer fits its schema) and `max-turns`. */
export const builtInViolation = (
  plan: Plan,
  state: RunState,
  broken: { id: 'output' | 'max-turns'; node: CompiledNode; message: string },
): EventDraft => violation(plan, state, { ...broken, key: builtInKey(broken.id, broken.node.id) });

function violation(
  plan: Plan,
  state: RunState,
  broken: { key: string; id: string; message: string; node: CompiledNode },
): EventDraft {
  const { key, id, message, node } = broken;
  const seq = state.nodes[node.index]!.lastSeq || state.lastSeq;
  const position = plan.positions.get(key) ?? 0;
  return {
    type: 'contract.violated',
    lane: VERDICT_LANE,
    key,
    data: { id, seq, key: node.id, severity: 'major', message, position },
  };
}
