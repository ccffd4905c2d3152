export { compileGraph } from './compile.js';
export type * from './model.js';
