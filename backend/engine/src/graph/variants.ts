import type { JsonObject } from '@rehearse/contracts';
import { canonicalJson } from '../journal/canonical.js';
import { variantsOf } from './compile.js';
import type { CompiledGraph } from './model.js';

/**
 * The graph with values at the paths of a matrix, of its own or any other; the graph itself when there are none.
 * Undefined when they do not fit.
 */
export function withValues(graph: CompiledGraph, values: JsonObject | null): CompiledGraph | undefined {
  if (values === null) return graph;
  const wanted = canonicalJson(values);
  const own = graph.variants.find((variant) => canonicalJson(variant.values) === wanted);
  if (own) return own.graph;
  const made = variantsOf(
    graph,
    Object.fromEntries(Object.entries(values).map(([path, value]) => [path, [value]])),
  );
  return made.ok ? made.variants[0]?.graph : undefined;
}
