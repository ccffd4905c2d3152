import type { JournalEvent, JsonObject } from '@rehearse/contracts';
import type { CompiledExpression } from '../expression/index.js';
import { RUN_LANE, VERDICT_LANE, isOutsideDigests } from '../journal/digest.js';
import { turnOf } from '../journal/keys.js';

/** Checks and control are no part of the trajectory. */
export const isOnTrajectory = (event: JournalEvent): boolean =>
  event.lane !== VERDICT_LANE && !isOutsideDigests(event.type) && event.type !== 'run.finished';

/** A predicate that names `tool` and not `type` sees `tool.called` only; any other sees every event. */
export const sees = (predicate: CompiledExpression, event: JournalEvent): boolean =>
  event.type === 'tool.called' || !predicate.names.includes('tool') || predicate.names.includes('type');

/** The variables of a predicate: every one is bound, null where the event lacks it. */
export function eventBindings(event: JournalEvent, vars: JsonObject): JsonObject {
  const data: JsonObject = event.data;
  return {
    type: event.type,
    node: event.lane === RUN_LANE ? null : event.lane,
    tool: data['tool'] ?? null,
    args: data['args'] ?? null,
    result: data['result'] ?? null,
    turn: turnOf(event.key),
    at: event.at,
    agent: event.lane === RUN_LANE ? null : event.lane,
    key: event.key,
    data: data,
    inputs: vars,
    vars,
  };
}
