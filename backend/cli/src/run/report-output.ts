import { openDraft } from '../files.js';
import type { Io } from '../io.js';
import { allOf, type Reporter, type Reporters, type Write } from '../report/reporter.js';
import { paintFor, plain, type Paint } from '../text/paint.js';
import type { Summary } from './summary.js';
import type { NextStep } from './next-step.js';
import { reportsOf, type ReporterChoice, type ReporterName, type RunFlags } from './run-options.js';

interface Reports {
  reporter: Reporters;
  /** Ends each report and puts its file in its place; answers what went wrong with any, which does not keep the others from it. */
  end(summary: Summary): unknown[];
  /** Leaves what stood in the places of those that have not come to their end. */
  discard(): void;
}

interface OpenReport {
  reporter: Reporter;
  keep(): void;
  discard(): void;
}

/** Opens the reports that were asked for. They are written as the runs come. */
export async function openReports(io: Io, flags: RunFlags, next: NextStep): Promise<Reports> {
  const reports: OpenReport[] = [];
  const discard = () => reports.forEach((one) => one.discard());
  try {
    for (const choice of reportsOf(flags))
      reports.push(await openReport(choice, { io, next, isQuiet: flags.quiet ?? false }));
  } catch (error) {
    discard();
    throw error;
  }
  return {
    reporter: allOf(reports.map(({ reporter }) => reporter)),
    end: (summary) => reports.flatMap((one) => problemsOf(() => (one.reporter.done(summary), one.keep()))),
    discard,
  };
}

async function openReport(
  { name, file }: ReporterChoice,
  around: Omit<Target, 'write' | 'paint'>,
): Promise<OpenReport> {
  const { io } = around;
  if (file === null) {
    const write: Write = (text) => void io.stdout.write(text);
    const reporter = await reporterOf(name, { ...around, write, paint: paintFor(io.stdout, io) });
    return { reporter, keep: () => {}, discard: () => {} };
  }
  const draft = openDraft(io, file);
  return { ...draft, reporter: await reporterOf(name, { ...around, write: draft.write, paint: plain }) };
}

function problemsOf(act: () => void): unknown[] {
  try {
    act();
    return [];
  } catch (problem) {
    return [problem];
  }
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
