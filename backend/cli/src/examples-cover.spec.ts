import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  ASSERTION_TYPES,
  CHAOS_FAULTS,
  CONTRACT_PATTERNS,
  METAMORPHIC_RELATIONS,
  Node,
  type Json,
} from '@rehearse/contracts';
import { checkDocument, DocumentFolder, RUNNABLE_ASSERTION_TYPES } from '@rehearse/engine';
import { diskTree } from './graphs/disk-tree.js';

const FOLDER = path.resolve(import.meta.dirname, '../examples');

/** Every graph of the examples, but those that an import is made of. */
const graphs = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml') && !/^(cassettes|imports)\b/.test(file))
  .toSorted()
  .flatMap((file) => {
    const place = path.join(FOLDER, file);
    const options = new DocumentFolder(diskTree(path.dirname(place))).options();
    const checked = checkDocument(readFileSync(place, 'utf8'), options);
    return checked.ok && checked.kind === 'Graph' ? [{ file, document: checked.graph.document }] : [];
  });

const mappingsIn = (value: Json | undefined): { [key: string]: Json }[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : [value as { [key: string]: Json }];
  return [...own, ...Object.values(value).flatMap(mappingsIn)];
};
/** The mappings at these keys of all examples, wherever they stand. */
const under = (...keys: string[]) =>
  mappingsIn(graphs.map(({ document }) => document) as unknown as Json).flatMap((mapping) =>
    keys.flatMap((key) => mappingsIn(mapping[key])),
  );

const without = (all: readonly string[], found: readonly (Json | undefined)[]): string[] => {
  const known = new Set(found);
  return all.filter((one) => !known.has(one));
};

describe('the examples show', () => {
  it('every type of node', () => {
    const types = Node.options.map(({ shape }) => [...shape.type.values][0]!);
    expect(types).toHaveLength(12);
    expect(
      without(
        types,
        under('nodes').map(({ type }) => type),
      ),
    ).toEqual([]);
  });

  it('every way to ask an agent', () => {
    expect(
      without(
        ['http', 'command'],
        under('nodes').map(({ driver }) => driver),
      ),
    ).toEqual([]);
    expect(
      without(['openai', 'template'], [...under('http').map(({ format }) => format ?? 'openai')]),
    ).toEqual([]);
  });

  it('every type of assertion, and one of the prefix not-', () => {
    expect([...RUNNABLE_ASSERTION_TYPES].toSorted()).toEqual([...ASSERTION_TYPES].toSorted());
    const types = under('assert', 'assertTemplates').map(({ type }) => type);
    expect(without([...ASSERTION_TYPES, 'assert-set'], types)).toEqual([]);
    expect(types.some((type) => typeof type === 'string' && type.startsWith('not-'))).toBe(true);
  });

  it('every pattern of a contract, a scope, and one that ends the run', () => {
    const keys = under('contracts').flatMap((contract) => Object.keys(contract));
    expect(without([...CONTRACT_PATTERNS, 'between', 'stopOnViolation'], keys)).toEqual([]);
  });

  it('every fault', () => {
    expect(
      without(
        CHAOS_FAULTS,
        under('chaos').map(({ fault }) => fault),
      ),
    ).toEqual([]);
  });

  it('every metamorphic relation', () => {
    const relations = under('metamorphic').map(({ relation }) => relation);
    expect(without(METAMORPHIC_RELATIONS, relations)).toEqual([]);
    expect(relations.some((relation) => mappingsIn(relation).some(({ cel }) => cel !== undefined))).toBe(
      true,
    );
  });

  it('every strategy of a route', () => {
    const strategies = under('providers').map(({ strategy }) => strategy);
    expect(without(['fallback', 'round-robin', 'lowest-latency', 'lowest-cost'], strategies)).toEqual([]);
  });

  it('nothing without a cassette that replays', () => {
    const missing = graphs
      .map(({ file }) => file.replace(/\.yaml$/, '.jsonl'))
      .filter((file) => !existsSync(path.join(FOLDER, 'cassettes', file)));
    expect(missing).toEqual([]);
  });

  it('no fault without a cassette of its profile', () => {
    const missing = graphs
      .flatMap(({ file, document }) =>
        Object.keys(document.chaos ?? {}).map((profile) => file.replace(/\.yaml$/, `.${profile}.jsonl`)),
      )
      .filter((file) => !existsSync(path.join(FOLDER, 'cassettes', file)));
    expect(missing).toEqual([]);
  });
});
