export { diffRuns, type DiffedRun } from './diff-runs.js';
