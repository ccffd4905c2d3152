// Keeps what V8 measured in each test file, with the transformed code and its source map, for scripts/coverage.mjs.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMeasured } from './measured.mjs';

export default class RawCoverageReporter {
  #folder = path.join(process.env.REHEARSE_COVERAGE ?? 'coverage/raw', 'jest');

  constructor() {
    mkdirSync(path.join(this.#folder, 'sources'), { recursive: true });
  }

  onTestResult(test, { v8Coverage = [] }) {
    const entries = v8Coverage
      .filter(({ codeTransformResult, result }) => codeTransformResult && isMeasured(result.url))
      .map(({ codeTransformResult: { code }, result: { url, functions } }) => ({
        url: url.startsWith('file:') ? url : pathToFileURL(url).href,
        functions,
        source: this.#keep(code),
      }));
    const name = createHash('sha1').update(test.path).digest('hex').slice(0, 16);
    if (entries.length > 0) writeFileSync(path.join(this.#folder, `${name}.json`), JSON.stringify(entries));
  }

  /** The same code is measured by many test files, and kept once. */
  #keep(code) {
    const name = createHash('sha1').update(code).digest('hex');
    const file = path.join(this.#folder, 'sources', name);
    if (!existsSync(file)) writeFileSync(file, code);
    return name;
  }
}
