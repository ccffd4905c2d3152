export { CompiledGraphs, type GraphContent } from './compiled-graphs.js';
export type { GraphFile } from './graph-files.js';
export { isUuid, parseGraphReference, type GraphReference } from './graph-reference.js';
export { GraphsModule } from './graphs.module.js';
export { GraphsService, type ExecutableGraph, type ImportedGraph } from './graphs.service.js';
