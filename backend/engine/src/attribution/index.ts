export { attribute, type ObservedCase, type ObservedTape } from './attribute.js';
export { observe, type Observed } from './observe.js';
export { estimateOf, planReruns, rerunKinds, type PlannedRerun, type RerunKind } from './plan.js';
