import { CliError } from '../cli-error.js';
import { isStream } from '../file-places.js';
import { placeOf, shownPath } from '../files.js';
import type { Io } from '../io.js';
import { reportFiles } from './report-output.js';
import type { RunFlags } from './run-options.js';

/** Each report has a file to itself: no other report's, not the cassette, and nothing that the runs are made of. */
export function checkOutputs(io: Io, flags: RunFlags, inputs: ReadonlySet<string>): void {
  const taken = new Map<string, () => CliError>();
  for (const place of inputs) taken.set(placeOf(io, place), () => isInput(shownPath(io, place)));
  if (flags.cassette !== undefined) taken.set(placeOf(io, flags.cassette), () => isCassette(flags.cassette!));
  for (const file of reportFiles(flags)) {
    const place = placeOf(io, file);
    const clash = taken.get(place);
    if (clash) throw clash();
    // Into a pipe or a device several may write.
    if (!isStream(place)) taken.set(place, () => isReport(file));
  }
}

const isInput = (file: string): CliError =>
  new CliError({
    code: 'cli/output-is-input',
    message: `a report would be written over ${file}, which the runs are made of`,
    hint: 'Give the report another file.',
  });

const isCassette = (file: string): CliError =>
  new CliError({
    code: 'cli/output-is-cassette',
    message: `${file} is to be the cassette and a report at once`,
    hint: 'Give the report another file.',
  });

const isReport = (file: string): CliError =>
  new CliError({
    code: 'cli/reports-share-file',
    message: `two reports are to go to ${file}, and only one would be left`,
    hint: 'Give each a file of its own: --reporter junit=report.xml --reporter json=report.jsonl.',
  });
