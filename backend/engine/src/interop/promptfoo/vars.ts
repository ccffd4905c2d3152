import type { Json, JsonObject } from '@rehearse/contracts';
import { canonicalJson } from '../../journal/canonical.js';
import { type At, isMapping, type Sources } from '../sources.js';
import { isPattern, refersToFile, resolve } from './file-paths.js';
import { renderValue, type Templates } from './templates.js';
import type { Test } from './tests.js';

interface Surroundings {
  sources: Sources;
  templates: Templates;
  folder: string;
}

/**
 * The variables of a test, once for each combination of the lists among them (a list of texts takes turns; any other list
 * is one value), with files read, values filled in and names that expressions can use.
 */
export function combinations(test: Test, around: Surroundings): JsonObject[] {
  const layers = test.layers.flatMap((layer) => varsOf(layer, around));
  const merged: Record<string, { value: Json; at: At }> = {};
  for (const layer of layers)
    for (const [name, value] of Object.entries(layer)) merged[name] = { value, at: [layer, name] };
  const isWhole = test.layers.some(
    ({ options }) => isMapping(options) && options['disableVarExpansion'] === true,
  );
  let made: JsonObject[] = [{}];
  for (const [name, { value, at }] of Object.entries(merged)) {
    const values = valuesOf(value, { at, isWhole, around });
    made = made.flatMap((one) => values.map((each) => ({ ...one, [name]: each })));
  }
  const places = new Map(Object.entries(merged).map(([name, { at }]) => [name, at]));
  return made.map((one) => filledIn(one, { places, around }));
}

function varsOf(layer: JsonObject, { sources, folder }: Surroundings): JsonObject[] {
  const { vars } = layer;
  const at: At = [layer, 'vars'];
  if (vars === undefined || vars === null) return [];
  if (isMapping(vars)) return [vars];
  const references = (Array.isArray(vars) ? vars : [vars]).filter((one) => typeof one === 'string');
  return references.flatMap((reference) => {
    const document = sources.document(resolve(folder, reference), at);
    if (document === undefined || isMapping(document)) return document ? [document] : [];
    sources.lost(at, `${reference} holds no mapping of variables`);
    return [];
  });
}

function valuesOf(
  value: Json,
  { at, isWhole, around }: { at: At; isWhole: boolean; around: Surroundings },
): Json[] {
  const takesTurns = Array.isArray(value) && typeof value[0] === 'string' && !isWhole;
  const list = takesTurns ? value : [value];
  return list.flatMap((one) =>
    typeof one === 'string' && refersToFile(one) ? filesOf(one, at, around) : [one],
  );
}

/** The text of a file; of YAML its value as JSON, as promptfoo puts it into a prompt. */
function filesOf(reference: string, at: At, { sources, folder }: Surroundings): Json[] {
  const path = resolve(folder, reference);
  const found = isPattern(path) ? sources.find(path) : [path];
  if (found.length === 0) sources.lost(at, `no file matches ${path}`);
  return found.flatMap((file): Json[] => {
    if (/\.([cm]?[jt]s|py|pdf|png|jpe?g|gif|webp|svg|mp3|wav|m4a|mp4|webm)$/i.test(file)) {
      sources.lost(at, `a variable from a program or a medium (${file}) has no counterpart`);
      return [''];
    }
    if (!/\.ya?ml$/i.test(file)) return [sources.text(file, at)?.trim() ?? ''];
    const document = sources.document(file, at);
    return [document === undefined ? '' : canonicalJson(document)];
  });
}

function filledIn(
  vars: JsonObject,
  { places, around: { sources, templates } }: { places: ReadonlyMap<string, At>; around: Surroundings },
): JsonObject {
  const renamed = Object.entries(vars).map(([name, value]): [string, Json] => {
    const at = places.get(name)!;
    const rendered = typeof value === 'string' ? renderValue(value, vars) : value;
    if (rendered === undefined)
      sources.lost(at, 'a value that is a template with more than variables stays as it is written');
    const kept = rendered ?? value;
    // promptfoo takes one line break at the end of a value away.
    return [templates.nameOf(name, at), typeof kept === 'string' ? kept.replace(/\n$/, '') : kept];
  });
  return Object.fromEntries(renamed);
}
