export { ExperimentControls } from './LazyExperimentControls.js';
export { experimentQuery } from './queries.js';
export { RateWhisker } from './RateWhisker.js';
export { ExperimentSearch } from './search.js';
