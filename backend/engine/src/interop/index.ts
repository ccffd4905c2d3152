export { importTrajectories, type ImportRequest, type ImportResult } from './import.js';
export type { ImportedRun } from './journal.js';
export type { ImportProblem } from './recording.js';
export { importPromptfoo, type GraphImport, type ImportedGraph } from './promptfoo/import-promptfoo.js';
export type { ImportFiles } from './sources.js';
