export { nodeSha256 } from './sha256.js';
export { systemClock } from './system-clock.js';
export { scriptPort, type ScriptPort } from './sandbox/script-port.js';
