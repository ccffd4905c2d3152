import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compileGraph } from '../graph/index.js';
import { parseCassette } from '../journal/index.js';
import { replayStrict } from './strict.js';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/journals');
const read = (file: string) => parseCassette(readFileSync(path.join(FOLDER, file), 'utf8'));

/** Journals of every released format. They are never recorded anew to make a test pass: they are the promise. */
describe('a journal that an earlier release recorded', () => {
  const recordings = readdirSync(path.join(FOLDER, 'v1')).flatMap((file) => {
    const cassette = read(`v1/${file}`);
    if (!cassette.ok) throw new Error(`${file}: ${JSON.stringify(cassette.problems)}`);
    return cassette.runs.map(({ header, events }) => ({ name: `${file} ${header.caseId}`, header, events }));
  });

  it.each(recordings.map((recording) => [recording.name, recording] as const))(
    'replays: %s',
    async (_, recording) => {
      const compiled = compileGraph(recording.header.graph.source!);
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
      expect(compiled.graph.digest).toBe(recording.header.graph.digest);
      const replay = await replayStrict({ graph: compiled.graph, events: recording.events });
      expect(replay.divergence).toBeUndefined();
      expect(replay.events).toEqual(recording.events);
    },
  );

  it('of a newer format is refused with the line and what to do', () => {
    expect(read('from-the-future.jsonl')).toEqual({
      ok: false,
      problems: [
        {
          code: 'cassette/from-the-future',
          line: 3,
          message: 'events of version 2 need a newer release',
        },
      ],
    });
  });
});
