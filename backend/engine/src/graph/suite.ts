import type { Json, JsonObject, SuiteSettings } from '@rehearse/contracts';
import { Findings } from './findings.js';
import { LocatedDocument } from './located.js';
import { Lines } from './yaml/lines.js';
import { readYaml } from './yaml/read.js';

/**
 * The text of a graph with the settings of a suite in it: what the graph says itself wins, lists are joined with the
 * graph's own first. A suite without settings, and a graph that cannot be read, change nothing.
 */
export function withSettings(source: string, settings: SuiteSettings): string {
  if (Object.values(settings).every((value) => value === undefined)) return source;
  const root = readYaml(new Findings(new Lines(source.replace(/^\uFEFF/, ''))));
  const graph = root && new LocatedDocument(root).root;
  if (!isMapping(graph)) return source;
  const { labels, providers, chaos, budget, assert, contracts, repeat, vars } = settings as JsonObject;
  const merged: Record<string, Json | undefined> = {
    ...graph,
    ...under('labels', { graph, labels }),
    ...under('providers', { graph, providers }),
    ...under('chaos', { graph, chaos }),
    ...under('budget', { graph, budget }),
    ...behind('assert', { graph, assert }),
    ...behind('contracts', { graph, contracts }),
    ...(repeat !== undefined && { repeat: graph['repeat'] ?? repeat }),
    ...(isMapping(vars) && { cases: withVars(graph['cases'], vars) }),
  };
  // JSON is YAML, and needs no printer.
  return `${JSON.stringify(merged, null, 2)}\n`;
}

const isMapping = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Given = { graph: JsonObject; [section: string]: Json | undefined };

/** A mapping member by member. */
function under(section: string, { graph, [section]: shared }: Given): JsonObject {
  const own = graph[section];
  if (!isMapping(shared) || (own !== undefined && !isMapping(own))) return {};
  return { [section]: { ...shared, ...own } };
}

function behind(section: string, { graph, [section]: shared }: Given): JsonObject {
  const own = graph[section] ?? [];
  return Array.isArray(shared) && Array.isArray(own) ? { [section]: [...own, ...shared] } : {};
}

/** Vars under those of each case; a graph without cases gets one. */
function withVars(cases: Json | undefined, vars: JsonObject): Json {
  if (cases === undefined) return [{ id: 'suite', vars }];
  if (!Array.isArray(cases)) return cases;
  return cases.map((one) => {
    const own = isMapping(one) ? (one['vars'] ?? {}) : undefined;
    return isMapping(one) && isMapping(own) ? { ...one, vars: { ...vars, ...own } } : one;
  });
}
