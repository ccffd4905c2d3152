import type { JsonObject } from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import type { SchemaProblem } from '../schema-check/index.js';

/** What is wrong with vars, after the `inputs` of the graph; nothing when it declares none. */
export const checkVars = (graph: CompiledGraph, vars: JsonObject): SchemaProblem[] =>
  graph.inputs?.check(vars) ?? [];
