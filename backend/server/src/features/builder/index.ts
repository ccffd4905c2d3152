export { BuilderModule } from './builder.module.js';
