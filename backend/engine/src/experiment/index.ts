export { compareExperiments, type ComparedRun, type CaseOfExperiment } from './compare-experiments.js';
