import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hostileDocuments, wrongTypes } from '@rehearse/testkit';
import { checkDocument, headOf } from './index.js';
import { withSettings } from './suite.js';

const FOLDER = path.resolve(import.meta.dirname, '../../../cli/examples');
/** One of the graphs for contracts and one for chaos stand for the others, which differ in a line. */
const SIMILAR = /^(cassettes|imports|chaos\/(?!error)|contracts\/(?!responds))/;
const sound = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml') && !SIMILAR.test(file))
  .toSorted()
  .map((file) => readFileSync(path.join(FOLDER, file), 'utf8'))
  .filter((source) => checkDocument(source).ok && headOf(source).kind === 'Graph');
const documents = hostileDocuments(sound);

/** What is said is typed, and lies in the document. */
function expectSoundFindings(source: string): boolean {
  const result = checkDocument(source);
  if (!result.ok) expect(result.diagnostics.map(({ severity }) => severity)).toContain('error');
  const lines = source.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (const { code, message, line, column, endLine } of result.diagnostics) {
    expect(code).toMatch(/^(yaml|graph|expression|schema|assertion)\/[a-z-]+$/);
    expect(message).not.toBe('');
    expect(line >= 1 && line <= endLine && endLine <= lines.length).toBe(true);
    expect(column >= 1 && column <= lines[line - 1]!.length + 1).toBe(true);
  }
  return result.ok;
}

describe('a hostile document', () => {
  let refused = 0;

  it.each(documents)('is told what is wrong with it, and where: $what', ({ source }) => {
    if (!expectSoundFindings(source)) refused += 1;
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    if (source.length < 50_000)
      expect(() => withSettings(source, { labels: { a: 'b' }, vars: { x: 1 } })).not.toThrow();
  });

  it('is one of three hundred, and most of them are refused', () => {
    expect(documents).toHaveLength(300);
    expect(refused).toBeGreaterThan(230);
  });

  it.each(sound.map((source) => [headOf(source).name, source]))(
    'may have a value of a wrong type at any place: %s',
    (_, source) => {
      const wrong = wrongTypes(source!);
      expect(wrong).not.toEqual([]);
      for (const { source: one } of wrong) expectSoundFindings(one);
    },
  );
});
