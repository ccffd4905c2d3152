import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { CassetteHeader, JournalEvent } from '@rehearse/contracts';
import { cassetteReader, type CassetteProblem, type Recording } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { isStream } from '../file-places.js';
import { fileError } from '../files.js';
import type { Io } from '../io.js';
import { invalidCassette, streamCassette } from './read-cassette.js';
import { readLines } from './read-lines.js';

/** Where a recording stands in its file, in bytes. */
export interface Place {
  offset: number;
  length: number;
  /** With the source, which the file has once for all runs of a graph. */
  graph: CassetteHeader['graph'];
}

type OnPlaced = (recording: Recording, place: Place) => void;

/** Reads an open cassette to its `end`; one recording at a time is held. */
export function readPlaced(file: number, onRun: OnPlaced): { problems: CassetteProblem[]; end: number } {
  let [start, end] = [0, 0];
  const reader = cassetteReader((recording) => {
    onRun(recording, { offset: start, length: end - start, graph: recording.header.graph });
    start = end;
  });
  for (const { line, next } of readLines(file)) {
    reader.push(line);
    end = next;
  }
  return { problems: reader.end(), end };
}

/** What stands at a place that {@link readPlaced} told. */
export function recordingAt(file: number, { offset, length, graph }: Place): Recording {
  const bytes = Buffer.allocUnsafe(length);
  readSync(file, bytes, 0, length, offset);
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  // A file may begin with a byte order mark.
  const [header, ...events] = lines.map((line) => JSON.parse(line.trim()) as unknown);
  return { header: { ...(header as CassetteHeader), graph }, events: events as JournalEvent[] };
}

/** Answers a recording that is held no longer. */
export type Again = () => Recording;

/** Reads a cassette through, however large it is. What cannot be read twice, as a pipe, is held. */
export async function readThrough(
  io: Io,
  file: string,
  onRun: (recording: Recording, again: Again) => void,
): Promise<void> {
  const target = path.resolve(io.cwd, file);
  if (file === '-' || isStream(target)) {
    for await (const recording of streamCassette(io, file)) onRun(recording, () => recording);
    return;
  }
  let known: Stats | undefined;
  const again = (place: Place): Recording =>
    opened(target, file, (open) => {
      if (!known || !isSameFile(known, fstatSync(open))) throw changed(file);
      return recordingAt(open, place);
    });
  opened(target, file, (open) => {
    known = fstatSync(open);
    const { problems } = readPlaced(open, (recording, place) => onRun(recording, () => again(place)));
    if (problems.length > 0) throw invalidCassette(problems, file);
  });
}

const isSameFile = (a: Stats, b: Stats): boolean =>
  a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs;

function opened<T>(target: string, file: string, act: (open: number) => T): T {
  let open: number | null = null;
  try {
    open = openSync(target, 'r');
    return act(open);
  } catch (error) {
    throw error instanceof CliError ? error : fileError('read', file, error);
  } finally {
    if (open !== null) closeSync(open);
  }
}

export const changed = (file: string): CliError =>
  new CliError({
    code: 'cassette/changed',
    message: `${file} was written by another process after it was read here`,
    hint: 'Run again: what it holds now is read then.',
  });
