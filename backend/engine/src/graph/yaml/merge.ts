import { resolved, type MappingEntry, type MappingNode, type YamlNode } from './tree.js';

/** The key of YAML 1.1 whose mappings are merged into the one around it. */
export const MERGE_KEY = '<<';

/**
 * The entries with those merged in that `<<` names: keys of the mapping itself win, then those of the first that has them.
 * Null where something is merged that is no mapping.
 */
export function mergedEntries({ entries }: MappingNode): MappingEntry[] | null {
  const own = new Set(entries.map(({ key }) => key));
  const merged = entries.map((entry) => {
    if (entry.key !== MERGE_KEY) return [entry];
    const sources = mappingsIn(entry.value);
    return sources?.flatMap((source) => source.entries.flatMap((one) => taken(one, { entry, own }))) ?? null;
  });
  return merged.every((part) => part !== null) ? merged.flat() : null;
}

/** Stands where `<<` stands. */
function taken({ key, value }: MappingEntry, { entry, own }: { entry: MappingEntry; own: Set<string> }) {
  if (own.has(key)) return [];
  own.add(key);
  const { start, end } = entry.value;
  return [{ ...entry, key, value: { kind: 'alias' as const, target: value, start, end } }];
}

function mappingsIn(value: YamlNode): MappingNode[] | null {
  const node = resolved(value);
  const nodes = node.kind === 'sequence' ? node.items.map(resolved) : [node];
  return nodes.every((one) => one.kind === 'mapping') ? nodes : null;
}
