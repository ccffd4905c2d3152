import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandLine, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { main } from '../main.js';

const FIXTURES = path.resolve(import.meta.dirname, '../../../engine/fixtures/promptfoo');

interface Judged {
  assertions: { type: string; verdict: string }[];
}
/** As promptfoo gave them: `node scripts/compare-promptfoo.mjs --update` writes them anew. */
const THEIRS = JSON.parse(readFileSync(path.join(FIXTURES, 'verdicts.json'), 'utf8')) as (Judged & {
  test: string;
})[];

let folder: TemporaryFolder;
let ours: Judged[];
beforeAll(async () => {
  folder = temporaryFolder();
  const rehearse = commandLine(main, { cwd: folder.path });
  await rehearse(['import', 'promptfoo', path.join(FIXTURES, 'verdicts.yaml'), '--output', 'graphs']);
  const { out } = await rehearse(['run', 'graphs', '--offline', '--reporter', 'json']);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Judged & { event: string });
  ours = lines.filter(({ event }) => event === 'run');
});
afterAll(() => folder.remove());

describe('assertions that were imported from promptfoo', () => {
  it('are of at least twenty types', () => {
    const types = THEIRS.flatMap(({ assertions }) => assertions.map(({ type }) => type.replace(/^not-/, '')));
    expect(new Set(types).size).toBeGreaterThanOrEqual(20);
    expect(ours).toHaveLength(THEIRS.length);
  });

  it.each(THEIRS.map(({ test }, index) => [test, index] as const))('have its verdicts: %s', (_, index) => {
    const told = ({ assertions }: Judged) => assertions.map(({ type, verdict }) => `${type} ${verdict}`);
    expect(told(ours[index]!)).toEqual(told(THEIRS[index]!));
  });
});
