import { canonicalJson, type Recording } from '@rehearse/engine';
import { streamCassette } from '../cassette/read-cassette.js';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { nameOfRun } from '../run/run-task.js';
import { count } from '../text/amounts.js';
import { printable } from '../text/printable.js';

/** `runs.jsonl#2`, `runs.jsonl#0e89ef15`: the second run of a file, the one with this id. */
const CHOICE = /^(.+)#([\w-]+)$/;
const MOST_NAMED = 20;

/** The runs that an argument names: all of a cassette, or the one behind `#`. */
export async function readRecordings(io: Io, argument: string): Promise<Recording[]> {
  const recordings: Recording[] = [];
  for await (const recording of eachRecording(io, argument)) recordings.push(recording);
  return recordings;
}

/** The same one by one, so that a cassette may be larger than the memory; `choice` in place of what stands behind `#`. */
export async function* eachRecording(io: Io, argument: string, choice?: string): AsyncGenerator<Recording> {
  const { file, choice: chosen } = meantBy(argument, choice);
  if (chosen === undefined) yield* streamCassette(io, file);
  else yield await chosenIn(io, file, chosen);
}

/** The file that an argument names, and the run of it. */
export function meantBy(argument: string, choice?: string): { file: string; choice: string | undefined } {
  const [, file = argument, own] = choice === undefined ? (CHOICE.exec(argument) ?? []) : [];
  return { file, choice: choice ?? own };
}

/** The run of a cassette that is chosen by its place or its id. */
async function chosenIn(io: Io, file: string, choice: string): Promise<Recording> {
  let chosen: Recording | undefined;
  let [runs, meant] = [0, 0];
  const named: string[] = [];
  for await (const recording of streamCassette(io, file)) {
    const { header } = recording;
    runs++;
    if (runs <= MOST_NAMED) named.push(`  #${runs}  ${header.runId}  ${nameOf(header)}`);
    if (!isMeant(choice, { place: runs, runId: header.runId })) continue;
    meant++;
    chosen = recording;
  }
  if (chosen && meant === 1) return chosen;
  throw new CliError({
    code: 'cassette/no-such-run',
    message: `${file} has ${meant === 0 ? 'no run' : 'several runs'} #${choice} among its ${count(runs, 'run')}`,
    details: runs > MOST_NAMED ? [...named, `  and ${runs - MOST_NAMED} more`] : named,
    hint: 'A run is named by its place in the file, from 1, or by its id or the beginning of it: at least 8 digits where it has no letter.',
  });
}

/** A short number is a place, also one that the file does not have. */
const PLACE = /^\d{1,7}$/;

const isMeant = (choice: string, { place, runId }: { place: number; runId: string }): boolean =>
  PLACE.test(choice) ? place === Number(choice) : choice !== '' && runId.startsWith(choice);

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
