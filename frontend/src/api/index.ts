export { api, isServerThere, isWorthRetrying } from './client.js';
export { isUnreachable } from './problem.js';
export { session, type SessionState } from './session.js';
export { runsSocket, type RunsSocket } from './socket.js';
