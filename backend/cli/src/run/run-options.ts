import { CliError } from '../cli-error.js';

// Beside the flags and not beside their use: the command line must not load the engine to show its help.
export const MODES = ['auto', 'record', 'replay'] as const;
export type Mode = (typeof MODES)[number];
export const REPORTERS = ['spec', 'json', 'junit', 'sarif', 'html', 'github'] as const;
export type ReporterName = (typeof REPORTERS)[number];

/** A report that is wanted; without a file it goes to standard output. */
export interface ReporterChoice {
  name: ReporterName;
  file: string | null;
}

/** As the command line gives them. */
export interface RunFlags {
  case?: string[];
  repeat?: number;
  concurrency: number;
  seed?: number;
  offline?: boolean;
  live?: boolean;
  allowCommand?: string[];
  chaos?: string;
  withClean?: boolean;
  filter?: string;
  lastFailed?: boolean;
  failFast?: boolean;
  maxFailures?: number;
  approve?: Approval[];
  cassette?: string;
  mode?: Mode;
  /** Empty: `spec`. */
  reporter: ReporterChoice[];
  output?: string;
  quiet?: boolean;
  watch?: boolean;
}

/** What `--approve` decides beforehand for a `human` node. */
export interface Approval {
  /** The key of the node in the journal. */
  key: string;
  decision: 'approve' | 'modify' | 'reject';
  reason: string;
  value?: unknown;
}

/** `--case a b.yaml` takes both words; an id has no slash, so what looks like a file is one. */
export function separatePaths(paths: readonly string[], words: readonly string[] = []) {
  const isPath = (word: string) => /[\\/]|\.ya?ml$/i.test(word);
  const files = [...paths, ...words.filter(isPath)];
  if (files.length > 0) return { files, cases: words.filter((word) => !isPath(word)) };
  throw new CliError({
    code: 'cli/no-graphs-given',
    message: 'which graphs are to run?',
    hint: 'Name files, folders or patterns, as in `rehearse run hello.yaml`.',
  });
}

/** Refuses what contradicts itself rather than passing over it. */
export function checkFlags(
  { mode, cassette, live, offline, watch, chaos, withClean }: RunFlags,
  paths: readonly string[],
): void {
  if (mode !== undefined && cassette === undefined)
    throw new CliError({
      code: 'cli/mode-without-cassette',
      message: `--mode ${mode} needs a cassette`,
      hint: `Say which file: --cassette runs.jsonl. Modes are ${MODES.join(', ')}.`,
    });
  if (cassette === '-')
    throw new CliError({
      code: 'cli/cassette-is-stream',
      message: 'a cassette is read and written, and - is neither a file to read nor one to write',
      hint: 'Give it a file: --cassette runs.jsonl.',
    });
  if (live && offline)
    throw new CliError({
      code: 'cli/live-and-offline',
      message: '--live calls real models and tools, and --offline none',
      hint: 'Leave one of them out.',
    });
  if (withClean && chaos === undefined)
    throw new CliError({
      code: 'cli/clean-without-chaos',
      message: '--with-clean compares with runs under faults, and none are asked for',
      hint: 'Name a profile of the graph: --chaos flaky-tools.',
    });
  if (watch && paths.includes('-'))
    throw new CliError({
      code: 'cli/watch-stdin',
      message: '--watch has no file to watch: the graph comes from standard input',
      hint: 'Write it to a file.',
    });
}

/**
 * What goes where. `--output` is the file of the one report that has none; then, as when every report has a file, standard
 * output gets `spec`. A report for machines has standard output to itself, which is also called `-`.
 */
export function reportsOf(flags: Pick<RunFlags, 'reporter' | 'output'>): ReporterChoice[] {
  const output = flags.output === '-' ? undefined : flags.output;
  const reporter = flags.reporter.map(({ name, file }) => ({ name, file: file === '-' ? null : file }));
  const toStdout = reporter.filter(({ file }) => file === null);
  if (output !== undefined && toStdout.length > 1) throw twoForOutput(toStdout);
  const chosen = reporter.map((one) => ({ ...one, file: one.file ?? output ?? null }));
  if (output !== undefined && toStdout.length === 0) chosen.push({ name: 'spec', file: output });
  if (chosen.every(({ file }) => file !== null)) return [{ name: 'spec', file: null }, ...chosen];
  const open = chosen.filter(({ file }) => file === null);
  const machine = open.find(({ name }) => !FOR_PEOPLE.has(name));
  if (machine && open.length > 1) throw twoOnStdout(open);
  return chosen;
}

/** GitHub reads its annotations out of whatever else is written. */
const FOR_PEOPLE: ReadonlySet<ReporterName> = new Set(['spec', 'github']);

const named = (choices: readonly ReporterChoice[]): string => choices.map(({ name }) => name).join(' and ');

const twoForOutput = (choices: readonly ReporterChoice[]): CliError =>
  new CliError({
    code: 'cli/output-for-several',
    message: `--output is one file, and ${named(choices)} have none`,
    hint: 'Say which file each goes to: --reporter junit=report.xml --reporter html=report.html.',
  });

const twoOnStdout = (choices: readonly ReporterChoice[]): CliError =>
  new CliError({
    code: 'cli/several-on-stdout',
    message: `${named(choices)} cannot share standard output`,
    hint: 'Send one to a file, as in --reporter junit=report.xml.',
  });
