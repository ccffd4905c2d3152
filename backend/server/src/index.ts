import './platform/regex-belt.js';

export { DatabaseError, openDatabase } from './platform/database/index.js';
export { StartError, type StartErrorCode } from './start-error.js';
export { runServer } from './run-server.js';
export { startServer, type RunningServer, type StartOptions } from './start.js';
