export { diffRuns, diffStep, type DiffedRun, type DiffedStep } from './diff-runs.js';
