export { CALL_NUMBERS, InvalidSettings } from './call-numbers.js';
export type { EgressPolicy } from './egress/policy.js';
export { nodePorts, type NodePortsOptions } from './node-ports.js';
export { secretsOf, type Secrets } from './secrets.js';
export { circuits, type CircuitCount } from './providers/circuits.js';
export { callDefaults, circuitSettings, listOf, settingsOf, type CallSettings } from './settings.js';
export { nodeSha256 } from './sha256.js';
export { systemClock } from './system-clock.js';
export { scriptPort, type ScriptPort } from './sandbox/script-port.js';
