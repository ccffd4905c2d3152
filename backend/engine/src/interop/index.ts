export { importTrajectories, type ImportRequest, type ImportResult } from './import.js';
export type { ImportedRun } from './journal.js';
export type { ImportProblem } from './recording.js';
export { importAgents } from './agents/import-agents.js';
export type { GraphImport, ImportedGraph } from './imported-graph.js';
export { importPromptfoo } from './promptfoo/import-promptfoo.js';
export type { ImportFiles } from './sources.js';
export { argumentsOf, jsonOrText } from './json-text.js';
export { regradeRecording } from './regrade-recording.js';
