import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { cassetteReader, type CassetteProblem, type Recording } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { fileError } from '../files.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { oneLine } from '../text/printable.js';
import { LineCutter, readLines } from './read-lines.js';

const MOST = 20;

/** Read at a time; one run after the other would be slower, and all at once may be more than the memory holds. */
const READ_AHEAD = 1 << 17;

/** The recordings of a cassette one by one; none from the first line on that cannot be read, and the lines are told at the end. */
export async function* streamCassette(io: Io, file: string): AsyncGenerator<Recording> {
  const read: Recording[] = [];
  const reader = cassetteReader((recording) => read.push(recording));
  let size = 0;
  const take = (line: string): boolean => {
    reader.push(line);
    size += line.length;
    return size >= READ_AHEAD;
  };
  const given = () => ((size = 0), read.splice(0));
  if (file === '-') {
    for await (const line of linesOf(io)) if (take(line)) yield* given();
  } else {
    for (const line of linesIn(io, file)) if (take(line)) yield* given();
  }
  const problems = reader.end();
  if (problems.length > 0) throw invalidCassette(problems, file);
  yield* read;
}

async function* linesOf({ stdin }: Io): AsyncGenerator<string> {
  const cutter = new LineCutter();
  try {
    for await (const piece of stdin)
      for (const { line } of cutter.push(Buffer.from(piece as Uint8Array))) yield line;
  } catch (error) {
    throw fileError('read', '-', error);
  }
  for (const { line } of cutter.end()) yield line;
}

function* linesIn(io: Io, file: string): Generator<string> {
  let open: number | null = null;
  try {
    open = openSync(path.resolve(io.cwd, file), 'r');
    for (const { line } of readLines(open)) yield line;
  } catch (error) {
    throw fileError('read', file, error);
  } finally {
    if (open !== null) closeSync(open);
  }
}

export function invalidCassette(problems: readonly CassetteProblem[], file: string): CliError {
  const details = problems
    .slice(0, MOST)
    .map(({ line, code, message }) => `  ${file}:${line} ${code}\n    ${oneLine(message)}\n`);
  if (problems.length > MOST) details.push(`  and ${problems.length - MOST} more\n`);
  return new CliError({
    code: 'cassette/invalid',
    message: `${file} is not a cassette: ${count(problems.length, 'line')} cannot be read`,
    details,
    hint: 'A cassette has a header line for each run and one line an event; `rehearse run --cassette` writes one.',
  });
}
