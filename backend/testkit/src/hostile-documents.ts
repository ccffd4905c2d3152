import type { Json } from '@rehearse/contracts';
import { compileGraph } from '@rehearse/engine';
import fc from 'fast-check';
import { NO_GRAPHS } from './hostile-graphs.js';
import { NO_YAML } from './hostile-yaml.js';

/** A document that nobody should have written. */
export interface HostileDocument {
  what: string;
  source: string;
}

/** Three hundred of them, the same each time: by hand, and sound graphs that were damaged. */
export function hostileDocuments(sound: readonly string[]): HostileDocument[] {
  const byHand = Object.entries({ ...NO_YAML, ...NO_GRAPHS }).map(([what, source]) => ({ what, source }));
  const places = sound.flatMap(wrongTypes);
  const chosen = fc.sample(fc.shuffledSubarray(places, { minLength: 70, maxLength: 70 }), once)[0]!;
  const count = 300 - byHand.length - chosen.length;
  const changes = fc.sample(
    fc.tuple(fc.constantFrom(...sound), fc.array(change, { minLength: 1, maxLength: 4 })),
    {
      seed: 3,
      numRuns: count,
    },
  );
  const damaged = changes.map(([source, list], index) => ({
    what: `damage ${index + 1}`,
    source: list.reduce(changed, source),
  }));
  return [...byHand, ...chosen, ...damaged];
}

/** A sound graph with a value of another type at each of its places. */
export function wrongTypes(source: string): HostileDocument[] {
  const compiled = compileGraph(source);
  if (!compiled.ok) throw new Error('the graph to be damaged is not sound');
  const document = compiled.graph.document as unknown as Json;
  return placesOf(document).map((place, index) => {
    const value = OTHERS[index % OTHERS.length]!;
    const what = `${document === null ? '' : compiled.graph.name}: ${JSON.stringify(value)} at ${place.join('.')}`;
    return { what, source: JSON.stringify(replaced(document, place, value)) };
  });
}

const once = { seed: 3, numRuns: 1 };
const OTHERS: readonly Json[] = [null, 5, '', [], {}, true, [[{}]], -1, 'x y', { type: 'nothing' }, 1e300];

const placesOf = (value: Json): string[][] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => [
        [key],
        ...placesOf(inner).map((rest) => [key, ...rest]),
      ]);

function replaced(value: Json, [key, ...rest]: readonly string[], by: Json): Json {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string, Json>;
  copy[key] = replaced(copy[key]!, rest, by);
  return copy;
}

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(30),
  put: fc.oneof(
    fc.constantFrom(
      ...[
        '',
        '\n',
        '\t',
        ': ',
        '  ',
        '{{',
        '}}',
        '"',
        "'",
        '*x',
        '&x ',
        '- ',
        '[',
        '}',
        '5',
        '!!js/x ',
        '? ',
        '|\n',
        '#',
      ],
      ...[
        '\u0000',
        '\uFEFF',
        '\r',
        '\u2028',
        '---\n',
        '<<: *x\n',
        '__proto__: ',
        'nodes.zebra.output',
        '\u{1F9EA}',
      ],
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  ),
  isDoubled: fc.boolean(),
});

function changed(
  source: string,
  { at, length, put, isDoubled }: typeof change extends fc.Arbitrary<infer T> ? T : never,
) {
  const start = Math.floor(at * source.length);
  const cut = source.slice(start, start + length);
  return source.slice(0, start) + put + (isDoubled ? cut + cut : '') + source.slice(start + length);
}
