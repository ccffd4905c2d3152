export { graphFromAnswer, isValid, WRITER, writerGraph } from './from-model.js';
export { graphFromDescription } from './from-description.js';
export { graphFromRun, type RecordedGraph } from './from-run.js';
export { graphFromSpec } from './from-spec.js';
export type { RecordedRun } from './recorded-answers.js';
