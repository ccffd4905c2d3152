import { appendFileSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCassette, writeCassette, type Recording } from '@rehearse/engine';
import { capturedIo, commandLine, graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import fc from 'fast-check';
import { main } from '../main.js';
import type { RunTask } from '../run/run-task.js';
import { CassetteBook } from './cassette-book.js';

const FILE = 'c.jsonl';

let folder: TemporaryFolder;
let recordings: Recording[];
beforeEach(async () => {
  folder = temporaryFolder();
  const cases = ['a', 'b', 'c', 'd']
    .map((id) => `{id: ${id}, repeat: {runs: 2}, vars: {say: "ü ${id}"}}`)
    .join(', ');
  folder.write(
    'g.yaml',
    graphText(
      `nodes: {n: {type: transform, value: inputs.say}}\nassert: [{type: contains, value: ü}]\ncases: [${cases}]\n`,
      'kept',
    ),
  );
  await commandLine(main, { cwd: folder.path })(['run', 'g.yaml', '--cassette', 'made.jsonl']);
  const parsed = parseCassette(folder.read('made.jsonl'));
  if (!parsed.ok) throw new Error('the cassette cannot be read');
  recordings = parsed.runs;
});
afterEach(() => folder.remove());

const io = () => capturedIo({ cwd: folder.path });
const open = () => new CassetteBook(io(), FILE, { isThere: existsSync(path.join(folder.path, FILE)) });

function keep(all: readonly Recording[]): string {
  const book = open();
  for (const recording of all) book.add(recording);
  book.close();
  return folder.read(FILE);
}

const taskOf = ({ header: { caseId, repeat, seed } }: Recording) =>
  ({ loaded: { graph: { name: 'kept' } }, caseId, repeat, seed, chaos: null }) as RunTask;

describe('the book of a cassette', () => {
  it('is the same file whatever the order of recording, and however often it is opened', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...recordings.keys()], { minLength: 8 }),
        fc.integer({ min: 1, max: 7 }),
        (order, cut) => {
          const shuffled = order.map((index) => recordings[index]!);
          rmSync(path.join(folder.path, FILE), { force: true });
          keep(shuffled.slice(0, cut));
          expect(keep(shuffled.slice(cut))).toBe(writeCassette(recordings));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('finds what it holds, read from the file or added just now', () => {
    keep(recordings.slice(0, 3));
    const book = open();
    book.add(recordings[5]!);
    for (const index of [0, 1, 2, 5])
      expect(book.find(taskOf(recordings[index]!))).toEqual(recordings[index]);
    expect(book.find(taskOf(recordings[4]!))).toBeUndefined();
    book.close();
  });

  it('has what was recorded on disk before it is closed', () => {
    const book = open();
    book.add(recordings[3]!);
    expect(parseCassette(folder.read(FILE))).toMatchObject({
      ok: true,
      runs: [{ header: recordings[3]!.header }],
    });
    book.close();
  });

  it('puts a run that came out otherwise in the place of the old one, and leaves one that did not', () => {
    const text = keep(recordings);
    const later = recordings.map((one) => ({
      ...one,
      events: one.events.map((event) => ({ ...event, at: '2031-01-01T00:00:00.000Z' })),
    }));
    expect(keep(later)).toBe(text);
    const changed = structuredClone(recordings[2]!);
    const last = changed.events.at(-1)!;
    if (last.type === 'run.finished') last.data.digest = 'f'.repeat(64);
    expect(keep([changed])).toBe(writeCassette(recordings.with(2, changed)));
  });

  it('takes no recording when the file has changed since it was read', () => {
    keep(recordings.slice(0, 2));
    const book = open();
    keep(recordings.slice(2, 3));
    const now = folder.read(FILE);
    expect(() => book.add(recordings[3]!)).toThrow(
      'c.jsonl was written by another process after it was read here',
    );
    book.close();
    expect(folder.read(FILE)).toBe(now);
  });

  it('names the lines that cannot be read', () => {
    keep(recordings.slice(0, 1));
    appendFileSync(path.join(folder.path, FILE), 'half a li');
    expect(() => open()).toThrow('c.jsonl is not a cassette: 1 line cannot be read');
  });
});
