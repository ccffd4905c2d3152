import type { EndReason, JournalEvent, JsonObject } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { VERDICT_LANE } from '../journal/digest.js';
import type { EventDraft } from '../journal/writer.js';
import { judgeFollowUp } from '../metamorphic/judge.js';
import { followUpVars, type RunSketch } from '../metamorphic/relation.js';
import type { SchemaProblem } from '../schema-check/index.js';
import { checkVars } from './check-vars.js';
import { evolve } from './evolve.js';
import { endedEarly, runVerdict } from './finish.js';
import { workIn } from './frame.js';
import { runResult, textOf } from './graph-result.js';
import { assertionOf, positionOf, relationKey, type Plan } from './plan.js';
import { RunState } from './state.js';

/** A run that is to be made behind another one, to be compared with it. */
export interface FollowUp {
  relation: string;
  /** `happy-path~politeness` */
  caseId: string;
  vars: JsonObject;
}

/** The follow-ups of a run that a graph's relations ask for, in file order; or why one cannot be made. */
export function followUpsOf(
  graph: CompiledGraph,
  { caseId, vars }: { caseId: string | null; vars: JsonObject },
): { ok: true; followUps: FollowUp[] } | { ok: false; message: string } {
  const followUps: FollowUp[] = [];
  for (const relation of graph.metamorphic) {
    const changed = followUpVars(relation, vars);
    if (!changed.ok) return { ok: false, message: `the relation ${relation.id}: ${changed.message}` };
    const [problem] = checkVars(graph, changed.vars);
    if (problem) return { ok: false, message: misfitting(relation.id, problem) };
    followUps.push({ relation: relation.id, caseId: `${caseId ?? ''}~${relation.id}`, vars: changed.vars });
  }
  return { ok: true, followUps };
}

const misfitting = (id: string, { path, message }: SchemaProblem): string =>
  `the relation ${id}: its vars do not fit \`inputs\`: ${path ? `${path} ` : ''}${message}`;

/** What of a finished run its follow-ups compare; null while it has not finished. */
export function sketchOf(graph: CompiledGraph, events: readonly JournalEvent[]): RunSketch | null {
  const end = events.findLast((event) => event.type === 'run.finished');
  if (!end) return null;
  const state = new RunState(graph);
  for (const event of events) evolve(state, event);
  const { output, verdict } = end.data;
  return { output, text: output === null ? null : textOf(output), tools: toolsOf(state), verdict };
}

const toolsOf = ({ root }: RunState): string[] => workIn(root).toolCalls.map(({ name }) => name);

/** Whether the relation holds that a follow-up was made for: the last of its checks, as it sees what they came to. */
export function judgeRelated(plan: Plan, state: RunState, reason: EndReason): EventDraft[] {
  if (plan.follows === null || plan.withoutChecks) return [];
  const { relation: id, source } = plan.follows;
  const key = relationKey(id);
  const relation = plan.graph.metamorphic.find((one) => one.id === id);
  if (!relation || state.judged.has(key)) return [];
  const { output, text } = runResult(plan, state, reason);
  const verdict = runVerdict(plan, state, reason);
  const sketch = { output, text, tools: toolsOf(state), verdict };
  const pair = { source, followUp: sketch, endedEarly: endedEarly(reason) };
  const result = judgeFollowUp(relation, pair, assertionOf(plan, id));
  const data = { ...result, id: key, position: positionOf(plan, key) };
  return [{ type: 'assertion.evaluated', lane: VERDICT_LANE, key, data }];
}
