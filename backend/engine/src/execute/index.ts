export { clockOf, newCancellation } from './cancellation.js';
export { executeRun, type ExecutedRun, type ExecuteRunRequest } from './execute-run.js';
export type { JournalSink } from './drive.js';
export { sourceCaseOf } from './plan.js';
export { followUpsOf, sketchOf, type FollowUp } from './follow-up.js';
export type { RunSketch } from '../metamorphic/relation.js';
export {
  countRuns,
  hasRuns,
  planRuns,
  type PlannedCase,
  type PlannedRun,
  type RunChoice,
} from './plan-runs.js';
export { prepareGraph } from './prepare.js';
export { isPassing } from './sent-again.js';
export { targetsOf } from './targets.js';
export { checkVars } from './check-vars.js';
export { graphAt, laneNeedsOf, nodeAt, nodeTypesOf } from './plan.js';
