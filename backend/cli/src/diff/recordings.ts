import { canonicalJson, type Recording } from '@rehearse/engine';
import { readCassette, streamCassette } from '../cassette/read-cassette.js';
import { CliError } from '../cli-error.js';
import { readText } from '../files.js';
import type { Io } from '../io.js';
import { nameOfRun } from '../run/run-task.js';
import { count } from '../text/amounts.js';
import { printable } from '../text/printable.js';

/** `runs.jsonl#2`, `runs.jsonl#0e89ef15`: the second run of a file, the one with this id. */
const CHOICE = /^(.+)#([\w-]+)$/;
const MOST_NAMED = 20;

/** The runs that an argument names: all of a cassette, or the one behind `#`. */
export async function readRecordings(io: Io, argument: string): Promise<Recording[]> {
  const [, file = argument, choice] = CHOICE.exec(argument) ?? [];
  return recordingsIn(io, file, choice);
}

/** The same one by one, so that a cassette may be larger than the memory; `choice` in place of what stands behind `#`. */
export async function* eachRecording(io: Io, argument: string, choice?: string): AsyncGenerator<Recording> {
  const [, file = argument, own] = choice === undefined ? (CHOICE.exec(argument) ?? []) : [];
  const chosen = choice ?? own;
  yield* chosen === undefined ? streamCassette(io, file) : await recordingsIn(io, file, chosen);
}

/** All runs of a cassette, or the one that is chosen by its place or its id. */
async function recordingsIn(io: Io, file: string, choice: string | undefined): Promise<Recording[]> {
  const recordings = readCassette(await readText(io, file), file);
  if (choice === undefined) return recordings;
  const chosen = choose(recordings, choice);
  if (chosen.length === 1) return chosen;
  const named = recordings.map(({ header }, i) => `  #${i + 1}  ${header.runId}  ${nameOf(header)}`);
  const more = named.length > MOST_NAMED ? [`  and ${named.length - MOST_NAMED} more`] : [];
  throw new CliError({
    code: 'cassette/no-such-run',
    message: `${file} has ${chosen.length === 0 ? 'no run' : 'several runs'} #${choice} among its ${count(recordings.length, 'run')}`,
    details: [...named.slice(0, MOST_NAMED), ...more],
    hint: 'A run is named by its place in the file, from 1, or by its id or the beginning of it: at least 8 digits where it has no letter.',
  });
}

/** A short number is a place, also one that the file does not have. */
const PLACE = /^\d{1,7}$/;

function choose(recordings: readonly Recording[], choice: string): Recording[] {
  const isPlace = PLACE.test(choice);
  return recordings.filter(({ header }, i) =>
    isPlace ? i + 1 === Number(choice) : choice !== '' && header.runId.startsWith(choice),
  );
}

const nameOf = (header: Recording['header']): string => printable(nameOfRun(header.graph.name, header));

export interface Pairs {
  pairs: { a: Recording; b: Recording }[];
  onlyA: Recording[];
  onlyB: Recording[];
}

/** The runs of two sides beside each other: one and one, else those of the same graph, case, cell, profile and repeat. */
export function pairRecordings(a: readonly Recording[], b: readonly Recording[]): Pairs {
  if (a.length === 1 && b.length === 1) return { pairs: [{ a: a[0]!, b: b[0]! }], onlyA: [], onlyB: [] };
  const waiting = new Map<string, Recording[]>();
  for (const run of b) waiting.set(placeOf(run), [...(waiting.get(placeOf(run)) ?? []), run]);
  const [pairs, onlyA]: [Pairs['pairs'], Recording[]] = [[], []];
  for (const run of a) {
    const other = waiting.get(placeOf(run))?.shift();
    if (other) pairs.push({ a: run, b: other });
    else onlyA.push(run);
  }
  return { pairs, onlyA, onlyB: [...waiting.values()].flat() };
}

function placeOf({ header, events }: Recording): string {
  const { graph, caseId, repeat, matrix = {} } = header;
  const started = events.find((event) => event.type === 'run.started');
  const { chaos = null, follows } = started?.data ?? {};
  return canonicalJson([graph.name, caseId, repeat, matrix, chaos, follows?.relation ?? null]);
}
