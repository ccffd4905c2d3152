export { chaosCoverage, chaosTally, type ChaosCell, type ChaosCoverage } from './coverage.js';
export { faultsOf, type InjectedFault } from './ledger.js';
export type { CompiledChaosRule } from './rule.js';
