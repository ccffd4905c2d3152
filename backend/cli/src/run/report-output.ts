import { writeWhole } from '../files.js';
import type { Io } from '../io.js';
import type { Reporter, Write } from '../report/reporter.js';
import { spec } from '../report/spec.js';
import { paintFor, plain, type Paint } from '../text/paint.js';
import type { NextStep } from './next-step.js';
import type { ReporterName, RunFlags } from './run-options.js';

interface Report {
  reporter: Reporter;
  /** Writes the file, when there is one. */
  close(): Promise<void>;
}

/** The report that was asked for, on standard output. With `--output` it goes to the file, and `spec` to the terminal. */
export async function openReport(
  io: Io,
  { reporter: name, output }: RunFlags,
  next: NextStep,
): Promise<Report> {
  const toStdout = (reporter: ReporterName) =>
    reporterOf(reporter, {
      io,
      next,
      write: (text) => io.stdout.write(text),
      paint: paintFor(io.stdout, io),
    });
  if (output === undefined) return { reporter: await toStdout(name), close: async () => {} };
  let text = '';
  const write: Write = (more) => void (text += more);
  const file = await reporterOf(name, { io, next, write, paint: plain });
  const terminal = await toStdout('spec');
  return { reporter: both(file, terminal), close: () => writeWhole(io, output, text) };
}

interface Target {
  io: Io;
  write: Write;
  paint: Paint;
  next: NextStep;
}

async function reporterOf(name: ReporterName, { io, write, paint, next }: Target): Promise<Reporter> {
  switch (name) {
    case 'spec':
      return spec({ write, paint, next, columns: io.stdout.columns });
    case 'json':
      return (await import('../report/json-lines.js')).jsonLines(write);
    case 'junit':
      return (await import('../report/junit.js')).junit(write);
    default:
      return name satisfies never;
  }
}

const both = (a: Reporter, b: Reporter): Reporter => ({
  launch: (launch) => (a.launch(launch), b.launch(launch)),
  run: (result) => (a.run(result), b.run(result)),
  done: (summary) => (a.done(summary), b.done(summary)),
});
