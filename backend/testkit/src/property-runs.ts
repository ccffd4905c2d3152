import type { JsonObject } from '@rehearse/contracts';
import { compileGraph, type CompiledGraph } from '@rehearse/engine';
import { graphText } from './graphs.js';
import type { RandomProgram } from './random-program.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How a property over random programs is run: `usual` times, or PROPERTY_RUNS. A failure prints its seed and path; with
 * PROPERTY_SEED and PROPERTY_PATH the same program runs again, alone.
 */
export const propertyRuns = (env: Environment, usual: number) => ({
  numRuns: Number(env['PROPERTY_RUNS'] ?? usual),
  ...(env['PROPERTY_SEED'] ? { seed: Number(env['PROPERTY_SEED']) } : {}),
  ...(env['PROPERTY_PATH'] ? { path: env['PROPERTY_PATH'], endOnFailure: true } : {}),
});

/** The graph of a random program. Throws with every diagnostic when it has errors. */
export function compiledProgram({ sections, inner }: RandomProgram): CompiledGraph {
  const graphs = () => ({ ok: true as const, source: yamlOf(inner, 'inner') });
  const result = compileGraph(yamlOf(sections, 'outer'), { graphs });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, null, 1));
  return result.graph;
}

const yamlOf = (sections: JsonObject, name: string): string =>
  graphText(
    Object.entries(sections)
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
      .join('\n'),
    name,
  );
