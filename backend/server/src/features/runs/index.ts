export { callSettings } from './call-settings.js';
export type { ControlAction } from './control-events.js';
export { ControlsService } from './controls.service.js';
export { DecisionsService } from './decisions.service.js';
export { RUN_DISPATCHER, type RunDispatcher } from './run-dispatcher.js';
export { finalState, type FinalState, type RunRecord, runSummary } from './run-records.js';
export type { RecordedDraft, RunDraft } from './runs.repository.js';
export { RunsModule } from './runs.module.js';
export { invalidVars, RunsService, type RunWithJournal, chaosOf, unknownCase } from './runs.service.js';
