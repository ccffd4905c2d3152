import type { AssertionEntry, AssertionSpec, Json, JsonObject } from '@rehearse/contracts';
import { compileAssertion } from '../../assert/index.js';
import { type At, isMapping, type Sources } from '../sources.js';
import { EMBEDDED, hasNoOutput, isBlind, JUDGED, TEMPLATED, typeHere } from './assertion-types.js';
import { refersToFile, resolve } from './file-paths.js';
import { chained, otherwiseHere, readTransform } from './programs.js';
import type { Providers } from './providers.js';
import type { Templates } from './templates.js';

/** The routes that are asked where none is named. */
export const JUDGE = 'judge';
export const EMBEDDING = 'embedding';

const REF = /^#\/assertionTemplates\/(.+)$/;
const KEYS = ['type', 'value', 'threshold', 'weight', 'metric', 'provider', 'assert', 'transform'];

/** What cannot be taken over, and without which the assertion would check something else. */
const LOST = Symbol('lost');

interface Surroundings {
  sources: Sources;
  templates: Templates;
  providers: Providers;
  folder: string;
  /** `assertionTemplates` of the config. */
  shared: JsonObject;
}

/** Turns assertions of promptfoo into ours. What cannot be turned is noted as lost and left out. */
export class Assertions {
  /** Some of them ask a judge and name none. */
  needsJudge = false;
  /** Some of them compare embeddings and name no model for it. */
  needsEmbedding = false;

  constructor(private readonly around: Surroundings) {}

  list(written: Json | undefined, at: At, over: Over = {}): AssertionEntry[] {
    if (written === undefined || written === null) return [];
    if (!Array.isArray(written)) {
      this.around.sources.lost(at, '`assert` is a list');
      return [];
    }
    return written.flatMap((entry, index) => {
      const made = this.#entry(entry, { ...over, at: [written, index] });
      return made ? [made] : [];
    });
  }

  #entry(entry: Json, context: Context): AssertionEntry | undefined {
    if (!isMapping(entry)) return void this.around.sources.lost(context.at, 'an assertion is a mapping');
    const whole = this.#resolved(entry);
    if (!whole) return undefined;
    return whole['type'] === 'assert-set' ? this.#set(whole, context) : this.#one(whole, context);
  }

  /** With what its `$ref` names written out, and what stands beside it instead of the template's. */
  #resolved(entry: JsonObject): JsonObject | undefined {
    const { $ref, ...own } = entry;
    if ($ref === undefined) return entry;
    const name = typeof $ref === 'string' ? REF.exec($ref)?.[1] : undefined;
    const template = name === undefined ? undefined : this.around.shared[name];
    if (isMapping(template)) return { ...template, ...own };
    return void this.around.sources.lost([entry, '$ref'], `\`${String($ref)}\` names no assertion template`);
  }

  #set(entry: JsonObject, { at, ...over }: Context): AssertionEntry | undefined {
    const isCounted = over.isCounted === true || typeof entry['threshold'] === 'number';
    const parts = this.list(entry['assert'], at, { ...over, isCounted });
    const plain = parts.filter((part) => !('assert' in part)) as AssertionSpec[];
    if (plain.length < parts.length) this.around.sources.lost(at, 'a set within a set has no counterpart');
    if (plain.length === 0) return undefined;
    return { type: 'assert-set', assert: plain, ...this.#weighing(entry, at) };
  }

  #one(entry: JsonObject, { at, judge, transform, isCounted }: Context): AssertionSpec | undefined {
    const { sources } = this.around;
    const written = String(entry['type'] ?? '');
    const type = typeHere(written);
    if (type === undefined) return void sources.lost(at, `the assertion \`${written}\` has no counterpart`);
    const blocking = Object.keys(entry).find((key) => !KEYS.includes(key));
    if (blocking !== undefined)
      return void sources.lost(
        at,
        `\`${blocking}\` of an assertion has no counterpart, and without it \`${written}\` would check something else`,
      );
    const value = entry['value'] === undefined ? undefined : this.#value(type, entry['value'], at);
    if (value === undefined && entry['value'] !== undefined) return undefined;
    if (!this.#meansTheSame(type, value, { at, isCounted })) return undefined;
    const made = this.#transform(type, entry, { at, transform });
    if (made === LOST) return undefined;
    const spec: AssertionSpec = {
      type,
      ...(value !== undefined && { value }),
      ...(made !== undefined && { transform: { javascript: made } }),
      ...this.#weighing(entry, at),
      ...this.#judge(type, entry, { at, judge }),
    };
    return this.#sound(spec, at) ? spec : undefined;
  }

  #meansTheSame(type: string, value: Json | undefined, { at, isCounted }: Context): boolean {
    const { sources } = this.around;
    const plain = type.replace(/^not-/, '');
    if (plain === 'levenshtein' && isCounted) sources.changed(at, GRADED);
    const why = plain === 'javascript' && typeof value === 'string' ? otherwiseHere(value) : undefined;
    if (why !== undefined) sources.lost(at, `\`${type}\` cannot be taken over: ${why}`);
    return why === undefined;
  }

  /** What makes the output that is looked at: the transform of the test, then its own. */
  #transform(
    type: string,
    entry: JsonObject,
    { at, transform }: { at: At; transform: string | undefined },
  ): string | typeof LOST | undefined {
    const { sources } = this.around;
    const own = entry['transform'];
    if (own === undefined && transform === undefined) return undefined;
    if (hasNoOutput(type)) return undefined;
    if (isBlind(type)) {
      sources.lost(at, `a transform before \`${type}\` has no counterpart`);
      return LOST;
    }
    if (own === undefined) return transform;
    const read = readTransform(own);
    if ('javascript' in read)
      return transform === undefined ? read.javascript : chained(transform, read.javascript);
    sources.lost(
      at,
      `\`transform\` of an assertion has no counterpart, and without it \`${type}\` would check something else: ${read.why}`,
    );
    return LOST;
  }

  /** A value as it is here; undefined, and noted, when it has none. */
  #value(type: string, written: Json, at: At): Json | undefined {
    const { sources, templates } = this.around;
    const value = typeof written === 'string' && refersToFile(written) ? this.#file(written, at) : written;
    if (value === undefined) return undefined;
    const plain = type.replace(/^not-/, '');
    if (TEMPLATED.has(plain)) return templates.convertAll(value, at);
    if (JSON.stringify(value).includes('{{')) {
      sources.lost(at, `variables in the value of \`${type}\` have no counterpart`);
      return undefined;
    }
    return plain === 'is-sql' && isMapping(value) ? this.#limits(value, at) : value;
  }

  /** What SQL may touch; an empty list limits nothing in promptfoo, and is refused here. */
  #limits(value: JsonObject, at: At): JsonObject {
    const isEmpty = (member: Json) => Array.isArray(member) && member.length === 0;
    const empty = Object.keys(value).filter((key) => isEmpty(value[key]!));
    for (const key of empty)
      this.around.sources.changed(at, `\`${key}: []\` limits nothing in promptfoo and is left out`);
    return Object.fromEntries(Object.entries(value).filter(([key]) => !empty.includes(key)));
  }

  #file(reference: string, at: At): Json | undefined {
    const { sources, folder } = this.around;
    const file = resolve(folder, reference);
    if (/\.(json|ya?ml)$/.test(file)) return sources.document(file, at);
    if (/\.(txt|md|html|xml|sql)$/.test(file)) return sources.text(file, at)?.trim();
    return void sources.lost(at, `an assertion that is a program (${file}) has no counterpart`);
  }

  #weighing(entry: JsonObject, at: At): Pick<AssertionSpec, 'threshold' | 'weight' | 'metric'> {
    const { sources } = this.around;
    const { threshold, weight, metric } = entry;
    if (weight === 0)
      sources.changed(
        at,
        '`weight: 0` is checked and reported here, and counts for nothing; promptfoo lets it pass unchecked',
      );
    if (threshold === 0) sources.changed(at, '`threshold: 0` is a threshold like any other here');
    const isPlain = typeof metric === 'string' && metric !== '' && !metric.includes('{{');
    if (metric !== undefined && !isPlain)
      sources.lost(at, 'a metric with variables in its name has no counterpart');
    return {
      ...(typeof threshold === 'number' && { threshold }),
      ...(typeof weight === 'number' && weight >= 0 && { weight }),
      ...(isPlain && { metric }),
    };
  }

  #judge(
    type: string,
    entry: JsonObject,
    { at, judge }: { at: At; judge: string | undefined },
  ): { provider?: string } {
    const plain = type.replace(/^not-/, '');
    const written = entry['provider'];
    if (written !== undefined) {
      const [provider] = this.around.providers.entry(embedderAsModel(written), at);
      return provider && !provider.http ? { provider: provider.route } : {};
    }
    if (EMBEDDED.has(plain)) this.needsEmbedding = true;
    if (!JUDGED.has(plain)) return {};
    if (judge === undefined) this.needsJudge = true;
    return judge === undefined ? {} : { provider: judge };
  }

  /** Compiled here so that one assertion that we refuse does not cost the graph. */
  #sound(spec: AssertionSpec, at: At): boolean {
    const compiled = compileAssertion(spec, { routes: { judge: JUDGE, embedding: EMBEDDING } });
    const issues = Array.isArray(compiled) ? compiled : [];
    for (const { message } of issues)
      this.around.sources.lost(at, `\`${spec.type}\` cannot be taken over: ${message}`);
    return issues.length === 0;
  }
}

const GRADED =
  '`levenshtein` scores 1 or 0 in promptfoo, and here the more the closer the texts are; the threshold over it may say something else';

/** A route is the same for both: what is asked of it says which. */
const embedderAsModel = (provider: Json): Json =>
  typeof provider === 'string' ? provider.replace(/^(\w+):embeddings?:/, '$1:') : provider;

/** What a test says of all its assertions. */
export interface Over {
  /** The route of the judges that name none. */
  judge?: string | undefined;
  /** The program that makes of the answer what they look at. */
  transform?: string | undefined;
  /** A threshold is held against their scores. */
  isCounted?: boolean;
}

interface Context extends Over {
  at: At;
}
