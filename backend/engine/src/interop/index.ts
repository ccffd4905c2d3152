export { importTrajectories, type ImportRequest, type ImportResult } from './import.js';
export type { ImportedRun } from './journal.js';
export type { ImportProblem } from './recording.js';
