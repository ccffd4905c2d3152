export { compileGraph, variantsOf } from './compile.js';
export * from './compile-options.js';
export { expectedAssertion } from './dataset/expected.js';
export { DocumentFolder, type FileTree } from './document-folder.js';
export {
  checkDocument,
  compilePersona,
  compileSuite,
  graphReferences,
  headOf,
  type CheckedDocument,
} from './documents.js';
export { folderPath } from './folder-path.js';
export { optionsOf } from './folder.js';
export type * from './model.js';
export { printGraph } from './print.js';
export { compileInSuite, settingsOfSuite } from './suite-graphs.js';
export type { SuiteOrigin } from './suite-origins.js';
export { unkeptIn } from './unkept.js';
export { plainYaml } from './yaml/plain.js';
export { withValues } from './variants.js';
