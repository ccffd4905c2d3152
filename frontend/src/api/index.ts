export { api, isWorthRetrying, queryString } from './client.js';
export { ProblemError, toProblem } from './problem.js';
export { session, type SessionState } from './session.js';
export { runsSocket, type RunsSocket } from './socket.js';
