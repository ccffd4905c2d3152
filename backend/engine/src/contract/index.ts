export { agentNames } from './agents.js';
export type { NodeContract } from './built-in.js';
export { findingDraft } from './finding.js';
export { namedContracts, ruleOf } from './named.js';
export { recoveryKey } from './recovery.js';
export { watch, type Finding, type Monitor } from './monitor.js';
export { isOrderSensitive } from './order.js';
export { isOnTrajectory } from './predicate.js';
export { graphsIn, graphsWithin, placesOfRules, stoppingRules } from './within.js';
