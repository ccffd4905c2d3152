export { CompiledGraphs, type GraphContent } from './compiled-graphs.js';
export { type GraphFile, uploadEntries } from './graph-files.js';
export { isUuid, parseGraphReference, type GraphReference } from './graph-reference.js';
export { CompiledGraphsModule, GraphsModule } from './graphs.module.js';
export { GraphsService, type ExecutableGraph, type ImportedGraph } from './graphs.service.js';
export { PersonasService } from './personas.service.js';
export { SuitesService } from './suites.service.js';
export { readEntry, type TreeEntry } from './upload-tree.js';
