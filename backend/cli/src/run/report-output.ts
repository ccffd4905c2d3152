import { openDraft } from '../files.js';
import type { Io } from '../io.js';
import { allOf, type Reporter, type Write } from '../report/reporter.js';
import { paintFor, plain, type Paint } from '../text/paint.js';
import type { NextStep } from './next-step.js';
import { reportsOf, type ReporterChoice, type ReporterName, type RunFlags } from './run-options.js';

interface Reports {
  reporter: Required<Reporter>;
  /** Puts the files in their places. */
  keep(): void;
  /** Leaves what stood in their places; after `keep` it does nothing. */
  discard(): void;
}

/** Opens the reports that were asked for. They are written as the runs come. */
export async function openReports(io: Io, flags: RunFlags, next: NextStep): Promise<Reports> {
  const reports: { reporter: Reporter; keep(): void; discard(): void }[] = [];
  const isQuiet = flags.quiet ?? false;
  for (const { name, file } of reportsOf(flags)) {
    if (file === null) {
      const write: Write = (text) => void io.stdout.write(text);
      const reporter = await reporterOf(name, { io, next, isQuiet, write, paint: paintFor(io.stdout, io) });
      reports.push({ reporter, keep: () => {}, discard: () => {} });
    } else {
      const draft = openDraft(io, file);
      const reporter = await reporterOf(name, { io, next, isQuiet, write: draft.write, paint: plain });
      reports.push({ ...draft, reporter });
    }
  }
  return {
    reporter: allOf(reports.map(({ reporter }) => reporter)),
    keep: () => reports.forEach((one) => one.keep()),
    discard: () => reports.forEach((one) => one.discard()),
  };
}

/** The files that reports are written to. */
export const reportFiles = (flags: RunFlags): string[] =>
  reportsOf(flags).flatMap(({ file }: ReporterChoice) => (file === null ? [] : [file]));

interface Target {
  io: Io;
  write: Write;
  paint: Paint;
  next: NextStep;
  isQuiet: boolean;
}

async function reporterOf(name: ReporterName, { io, write, ...target }: Target): Promise<Reporter> {
  switch (name) {
    case 'spec':
      return (await import('../report/spec.js')).spec({ ...target, write, columns: io.stdout.columns });
    case 'json':
      return (await import('../report/json-lines.js')).jsonLines(write);
    case 'junit':
      return (await import('../report/junit.js')).junit(write);
    case 'sarif':
      return (await import('../report/sarif.js')).sarif({ write, io });
    case 'html':
      return (await import('../report/html.js')).html(write);
    case 'github':
      return (await import('../report/github.js')).github({ write, io });
    default:
      return name satisfies never;
  }
}
