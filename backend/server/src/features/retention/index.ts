export { RetentionModule } from './retention.module.js';
export { Upkeep } from './upkeep.js';
