import type { ExecuteRequest, Json, JsonObject, RouteOverride } from '@rehearse/contracts';
import { closestName, type CompiledGraph, variantsOf } from '@rehearse/engine';
import { AppError } from '../../platform/errors/index.js';
import type { RunDraft } from './runs.repository.js';

/**
 * What the overrides of routes come to: values at places of the graph, as a matrix gives them, so that the run is of a
 * graph that can be told, made again and replayed. Undefined when nothing is overridden.
 */
export function overriddenRoutes(
  graph: CompiledGraph,
  { providers = {} }: Pick<ExecuteRequest, 'providers'>,
): RunDraft['matrix'] {
  const values: JsonObject = {};
  for (const [route, override] of Object.entries(providers)) {
    const known = Object.keys(graph.document.providers ?? {});
    if (!known.includes(route)) throw unknownRoute(route, known);
    Object.assign(values, valuesOf(`providers.${route}`, override));
  }
  const paths = Object.keys(values);
  if (paths.length === 0) return undefined;
  const made = variantsOf(graph, Object.fromEntries(paths.map((path) => [path, [values[path]!]])));
  if (made.ok) return { values, graphDigest: made.variants[0]!.graph.digest };
  const errors = made.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => ({ path, message }));
  const [first] = errors;
  throw new AppError('run/invalid-providers', `${first?.path}: ${first?.message}`, { errors });
}

/** `params` and `retry` go over those of the route key by key, everything else in its place. */
function valuesOf(path: string, { params, retry, ...whole }: RouteOverride): JsonObject {
  const entries: [string, Json | undefined][] = [
    ...Object.entries(whole).map(([key, value]): [string, Json] => [`${path}.${key}`, value as Json]),
    ...Object.entries(params ?? {}).map(([key, value]): [string, Json] => [`${path}.params.${key}`, value]),
    ...Object.entries(retry ?? {}).map(([key, value]): [string, Json] => [`${path}.retry.${key}`, value]),
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as JsonObject;
}

function unknownRoute(route: string, known: readonly string[]): AppError {
  const near = closestName(route, known);
  const list = known.length === 0 ? 'it has none.' : `it has ${known.join(', ')}.`;
  const hint = near === undefined ? list : `did you mean ${near}?`;
  return new AppError('run/unknown-provider', `The graph has no route ${route}; ${hint}`, {
    errors: [{ path: `providers.${route}`, message: 'is no route of the graph' }],
  });
}
