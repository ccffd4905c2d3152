export { ExperimentsModule } from './experiments.module.js';
export { ExperimentsService, type RecordedExperiment } from './experiments.service.js';
export { experimentSummary } from './experiment-views.js';
export type { ExperimentRecord, ExperimentRun } from './experiments.repository.js';
