import type { Json, JsonObject } from '@rehearse/contracts';
import { type At, isMapping, type Sources } from '../sources.js';
import { csvTests } from './csv.js';
import { isPattern, refersToFile, resolve } from './file-paths.js';

/** A test with all that stands over it: `defaultTest` first, then a scenario's data, then the test itself. */
export interface Test {
  layers: readonly JsonObject[];
  at: At;
}

const TEST_FILE = /\.(csv|ya?ml|json|jsonl|xlsx|js|cjs|mjs|ts|py)$/i;

/** Every test that a config runs, those of its scenarios included. Without any, promptfoo runs its prompts once. */
export function readTests(config: JsonObject, sources: Sources, folder: string): Test[] {
  const reader = new TestReader(sources, folder);
  const over = reader.defaultTest(config);
  const own = reader.tests(config['tests'], [config, 'tests']);
  const tests = own.map((test): Test => ({ layers: [...over, test], at: [test] }));
  const scenarios = reader.mappings(config['scenarios'], [config, 'scenarios']);
  const played = scenarios.flatMap((scenario) => reader.scenario(scenario, over));
  const all = [...tests, ...played];
  return all.length > 0 || config['tests'] !== undefined || config['scenarios'] !== undefined
    ? all
    : [{ layers: over, at: over[0] ? [over[0]] : [config] }];
}

class TestReader {
  constructor(
    private readonly sources: Sources,
    private readonly folder: string,
  ) {}

  defaultTest(config: JsonObject): JsonObject[] {
    return this.mappings(config['defaultTest'], [config, 'defaultTest']).slice(0, 1);
  }

  scenario(scenario: JsonObject, over: readonly JsonObject[]): Test[] {
    const known = ['config', 'tests', 'description'];
    for (const key of Object.keys(scenario))
      if (!known.includes(key))
        this.sources.lost([scenario, key], `\`${key}\` of a scenario has no counterpart`);
    const data = this.mappings(scenario['config'], [scenario, 'config']);
    const tests = scenario['tests'] === undefined ? [{}] : this.tests(scenario['tests'], [scenario, 'tests']);
    return data.flatMap((one) =>
      tests.map((test): Test => ({
        layers: [...over, one, test],
        at: Object.keys(test).length > 0 ? [test] : [one],
      })),
    );
  }

  /** Tests as they stand in a config, or in the files that it names. */
  tests(written: Json | undefined, at: At): JsonObject[] {
    if (written === undefined || written === null) return [];
    if (typeof written === 'string') return this.#named(written, at);
    if (Array.isArray(written)) return written.flatMap((entry, index) => this.tests(entry, [written, index]));
    if (!isMapping(written)) return this.#lost(at, 'a test is a mapping');
    if (
      typeof written['path'] === 'string' &&
      written['vars'] === undefined &&
      written['assert'] === undefined
    )
      return this.#lost(at, `tests that a program makes (${written['path']}) have no counterpart`);
    return [written];
  }

  /** Mappings that stand in a list or alone, here or in a file. */
  mappings(written: Json | undefined, at: At): JsonObject[] {
    if (written === undefined || written === null) return [];
    if (typeof written === 'string' && refersToFile(written))
      return this.#files(written, at).flatMap((file) => this.mappings(this.sources.document(file, at), at));
    if (Array.isArray(written))
      return written.flatMap((entry, index) => this.mappings(entry, [written, index]));
    return isMapping(written) ? [written] : (this.#lost(at, 'a mapping is needed here'), []);
  }

  #named(reference: string, at: At): JsonObject[] {
    if (/^(https?|huggingface):/.test(reference) || !refersToFile(reference, TEST_FILE))
      return this.#lost(at, `tests from ${reference} are not fetched; download them first`);
    return this.#files(reference, at).flatMap((file) => this.#file(file, at));
  }

  #file(file: string, at: At): JsonObject[] {
    if (/\.(ya?ml|json)$/i.test(file)) return this.tests(this.sources.document(file, at), at);
    if (!/\.(csv|jsonl)$/i.test(file))
      return this.#lost(at, `tests of ${file} have no counterpart: it is a program or a sheet`);
    const text = this.sources.text(file, at);
    if (text === undefined) return [];
    if (/\.csv$/i.test(file)) return csvTests(text, { file, sources: this.sources });
    return text
      .split('\n')
      .flatMap((line, index) => (line.trim() === '' ? [] : this.#line(line, { file, line: index + 1 })));
  }

  #line(text: string, { file, line }: { file: string; line: number }): JsonObject[] {
    const at = { file, line, path: `line ${line}` };
    const parsed = this.sources.parse(text, { file, at });
    if (parsed === undefined || isMapping(parsed)) return parsed ? [parsed] : [];
    return this.#lost(at, 'the line holds no test');
  }

  #files(reference: string, at: At): string[] {
    const file = resolve(this.folder, reference);
    if (!isPattern(file)) return [file];
    const found = this.sources.find(file);
    if (found.length === 0) this.sources.lost(at, `no file matches ${file}`);
    return found;
  }

  #lost(at: At, message: string): [] {
    this.sources.lost(at, message);
    return [];
  }
}
