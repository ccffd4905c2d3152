export { AccessModule } from './access.module.js';
export { ApiKeysService } from './api-keys.service.js';
export { Attendance } from './attendance.js';
export { Authenticator } from './authenticator.js';
export { CurrentPrincipal, Public, READERS, Roles, Scopes, WRITERS } from './declare.js';
export { DEMO_ADMIN, FirstPeople, LOCAL_ADMIN, type Person } from './first-people.js';
