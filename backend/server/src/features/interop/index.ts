export { InteropModule } from './interop.module.js';
export { InteropService } from './interop.service.js';
