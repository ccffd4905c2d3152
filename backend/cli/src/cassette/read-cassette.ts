import { parseCassette, type CassetteProblem, type Recording } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { count } from '../text/amounts.js';
import { oneLine } from '../text/printable.js';

const MOST = 20;

/** The recordings in the text of a cassette; every line that cannot be read is told. */
export function readCassette(text: string, file: string): Recording[] {
  const parsed = parseCassette(text);
  if (parsed.ok) return parsed.runs;
  throw invalidCassette(parsed.problems, file);
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
