export { createLog, type LogSettings } from './create-log.js';
export { Log, type LogFields } from './log.js';
export { NestLogger } from './nest-logger.js';
