import {
  LIMITS,
  type AssertionEntry,
  type AssertionSpec,
  type InlineCase,
  type Json,
  type JsonObject,
} from '@rehearse/contracts';
import { type At, isMapping, type Sources } from '../sources.js';
import type { Assertions, Over } from './assertions.js';
import { readTransform } from './programs.js';
import type { Provider, Providers } from './providers.js';
import type { Templates } from './templates.js';
import type { Test } from './tests.js';
import { combinations } from './vars.js';

/** A case, and the prompts that it is for. */
export interface CaseDraft {
  case: InlineCase;
  /** Where its test stands. */
  at: At;
  /** Labels of prompts; all when it is undefined. */
  prompts?: readonly string[];
  /** Who is asked, where it is not every provider of the config. */
  asked?: Asked;
}

/** Those of the config's providers that these names mean; or another in the place of each. */
export type Asked = { only: readonly string[] } | { instead: readonly Provider[] };

interface Surroundings {
  sources: Sources;
  templates: Templates;
  providers: Providers;
  assertions: Assertions;
  folder: string;
}

const TEST_KEYS = [
  ...['description', 'vars', 'assert', 'threshold', 'options', 'metadata', 'prompts'],
  ...['provider', 'providers'],
];
const OPTION_KEYS = ['provider', 'disableVarExpansion', 'prefix', 'suffix', 'transform'];
/** About how promptfoo runs, not about what is expected. */
const RUNNING = ['runSerially', 'disableConversationVar', 'repeat'];

/** The cases of all tests, and what is asserted in every one of them. */
export function readCases(
  tests: readonly Test[],
  around: Surroundings,
): { cases: CaseDraft[]; shared: AssertionEntry[] } {
  for (const { layers } of tests) for (const layer of layers) checkKeys(layer, around.sources);
  const shared = sharedLayer(tests);
  const sharedAssertions = shared
    ? around.assertions.list(shared['assert'], [shared, 'assert'], overOf([shared], around))
    : [];
  const ids = new Ids();
  const cases: CaseDraft[] = [];
  for (const [index, test] of tests.entries()) {
    for (const made of casesOf(test, { index, shared, ids, around })) {
      if (cases.length < LIMITS.cases) cases.push(made);
      else
        around.sources.lost(
          test.at,
          `a graph has at most ${LIMITS.cases} cases; this and all later tests are left out`,
        );
    }
    if (cases.length >= LIMITS.cases && index < tests.length - 1) break;
  }
  return { cases, shared: sharedAssertions };
}

function checkKeys(layer: JsonObject, sources: Sources): void {
  const check = (container: JsonObject, known: readonly string[], what: string) => {
    for (const key of Object.keys(container)) {
      if (known.includes(key)) continue;
      if (RUNNING.includes(key))
        sources.ignored([container, key], `\`${key}\` is about running, not about behaviour`);
      else sources.lost([container, key], `\`${key}\` of ${what} has no counterpart`);
    }
  };
  check(layer, TEST_KEYS, 'a test');
  if (isMapping(layer['options'])) check(layer['options'], OPTION_KEYS, "a test's options");
}

/** `defaultTest`, when its assertions hold in every test alike and so can stand once. */
function sharedLayer(tests: readonly Test[]): JsonObject | undefined {
  const first = tests[0]?.layers[0];
  const isShared =
    first !== undefined && tests.every(({ layers }) => layers[0] === first && layers.length > 1);
  const isAlike = tests.every(
    ({ layers }) =>
      thresholdOf(layers) === undefined &&
      layers
        .slice(1)
        .every((layer) => ['provider', 'transform'].every((option) => optionOf(layer, option) === undefined)),
  );
  return isShared && isAlike ? first : undefined;
}

interface Making {
  index: number;
  shared: JsonObject | undefined;
  ids: Ids;
  around: Surroundings;
}

function casesOf(test: Test, { index, shared, ids, around }: Making): CaseDraft[] {
  const { layers, at } = test;
  const over = overOf(layers, around);
  const own = layers
    .filter((layer) => layer !== shared)
    .flatMap((layer) => around.assertions.list(layer['assert'], [layer, 'assert'], over));
  const assert = withThreshold(own, { test, sources: around.sources });
  const description = last(layers, 'description');
  const labels = labelsOf(layers);
  const made = combinations(test, around);
  const id = ids.next(typeof description === 'string' ? description : `test ${index + 1}`);
  const prompts = promptsOf(layers);
  const asked = askedOf(test, around);
  if (made.length > LIMITS.cases) around.sources.lost(at, `the lists of variables make ${made.length} cases`);
  return made.slice(0, LIMITS.cases).map((vars, turn) => ({
    case: {
      id: made.length === 1 ? id : ids.next(`${id}.${turn + 1}`),
      ...(typeof description === 'string' && { description }),
      ...(Object.keys(labels).length > 0 && { labels }),
      vars,
      ...(assert.length > 0 && { assert }),
    },
    at,
    ...(prompts && { prompts }),
    ...(asked && { asked }),
  }));
}

/** A threshold of the whole test is one of a set that has all its assertions. */
function withThreshold(
  entries: AssertionEntry[],
  { test, sources }: { test: Test; sources: Sources },
): AssertionEntry[] {
  const threshold = thresholdOf(test.layers);
  if (threshold === undefined || entries.length === 0) return entries;
  const plain = entries.filter((entry): entry is AssertionSpec => !('assert' in entry));
  if (plain.length === entries.length) return [{ type: 'assert-set', threshold, assert: plain }];
  sources.lost(test.at, 'a `threshold` of a test with sets of assertions has no counterpart');
  return entries;
}

const last = (layers: readonly JsonObject[], key: string): Json | undefined =>
  layers.findLast((layer) => layer[key] !== undefined)?.[key];

function thresholdOf(layers: readonly JsonObject[]): number | undefined {
  const threshold = last(layers, 'threshold');
  return typeof threshold === 'number' && threshold >= 0 ? threshold : undefined;
}

function optionOf(layer: JsonObject, key: string): Json | undefined {
  const { options } = layer;
  return isMapping(options) ? options[key] : undefined;
}

const overOf = (layers: readonly JsonObject[], around: Surroundings): Over => ({
  judge: judgeOf(layers, around),
  transform: transformOf(layers, around),
  isCounted: thresholdOf(layers) !== undefined,
});

/** The program that makes of an answer what is checked. */
function transformOf(layers: readonly JsonObject[], { sources }: Surroundings): string | undefined {
  const layer = layers.findLast((one) => optionOf(one, 'transform') !== undefined);
  if (!layer) return undefined;
  const options = layer['options'] as JsonObject;
  const read = readTransform(options['transform']!);
  if ('why' in read)
    return void sources.lost(
      [options, 'transform'],
      `\`transform\` of a test's options has no counterpart: ${read.why}`,
    );
  sources.changed(
    [options, 'transform'],
    '`transform` makes what the assertions look at; the output of the run is the answer as it came',
  );
  return read.javascript;
}

/** Who is asked: promptfoo looks for the providers that a test allows, and puts the test's own in the place of each. */
function askedOf({ layers, at }: Test, { providers, sources }: Surroundings): Asked | undefined {
  const layer = layers.findLast((one) => one['provider'] !== undefined);
  const only = last(layers, 'providers');
  if (layer) {
    const instead = providers.entry(layer['provider']!, [layer, 'provider']);
    if (only !== undefined)
      sources.changed(at, '`provider` of a test is asked once here, whatever its `providers` say');
    return instead.length > 0 ? { instead } : undefined;
  }
  return Array.isArray(only) ? { only: only.map(String) } : undefined;
}

/** The route of the provider that grades, when a test names one. */
function judgeOf(layers: readonly JsonObject[], { providers }: Surroundings): string | undefined {
  const layer = layers.findLast((one) => optionOf(one, 'provider') !== undefined);
  if (!layer) return undefined;
  const options = layer['options'] as JsonObject;
  return providers.entry(options['provider']!, [options, 'provider'])[0]?.route;
}

function promptsOf(layers: readonly JsonObject[]): string[] | undefined {
  const prompts = last(layers, 'prompts');
  return Array.isArray(prompts) ? prompts.map(String) : undefined;
}

function labelsOf(layers: readonly JsonObject[]): Record<string, string> {
  const metadata = layers.flatMap((layer) => (isMapping(layer['metadata']) ? [layer['metadata']] : []));
  const entries = metadata.flatMap((one) => Object.entries(one));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

const LONGEST = 100;

/** Ids of cases, each given once. */
class Ids {
  readonly #taken = new Set<string>();

  next(wanted: string): string {
    const plain =
      wanted
        .toLowerCase()
        .replace(/[^a-z0-9_.:]+/g, '-')
        .replace(/^[-.:]+|-+$/g, '')
        .slice(0, LONGEST) || 'test';
    let id = plain;
    for (let n = 2; this.#taken.has(id); n++) id = `${plain}-${n}`;
    this.#taken.add(id);
    return id;
  }
}
