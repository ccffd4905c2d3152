export { api, isServerThere, isWorthRetrying } from './client.js';
export { pollMs } from './poll.js';
export { isPassing } from './problem.js';
export { session, type SessionState } from './session.js';
export { runsSocket, type RunsSocket } from './socket.js';
