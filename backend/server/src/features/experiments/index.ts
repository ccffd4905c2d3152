export { ExperimentsModule } from './experiments.module.js';
export { ExperimentsService, type RecordedExperiment } from './experiments.service.js';
