export { HealthController } from './health.controller.js';
export { Lifecycle } from './lifecycle.js';
export { Readiness, type DatabaseProbe } from './readiness.js';
export { RequestsInFlight } from './requests-in-flight.js';
export { VERSION } from './version.js';
