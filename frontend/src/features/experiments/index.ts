export { ExperimentSearch } from './search.js';
