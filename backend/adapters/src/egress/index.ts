export { EgressFailure, type EgressFault } from './failure.js';
export { http } from './builtins.js';
export { OPEN_POLICY, type EgressPolicy } from './policy.js';
export { retryAfter } from './retry-after.js';
export { send, type EgressAnswer, type EgressRequest } from './send.js';
