export { QaModule } from './qa.module.js';
export { ReplaysService } from './replays.service.js';
