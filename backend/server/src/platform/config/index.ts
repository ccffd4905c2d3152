export {
  configurationDocument,
  describeConfig,
  environmentExample,
  secretValues,
  type DescribedValue,
} from './describe.js';
export {
  describeProblems,
  loadConfig,
  type Config,
  type ConfigRequest,
  type ConfigResult,
  type EffectiveValue,
} from './load.js';
export { type ConfigProblem } from './sources.js';
export { VARIABLES, type ConfigKey } from './variables.js';
