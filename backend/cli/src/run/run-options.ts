import { CliError } from '../cli-error.js';
import { notReleased } from '../not-released.js';

// Beside the flags and not beside their use: the command line must not load the engine to show its help.
export const MODES = ['auto', 'record', 'replay'] as const;
export type Mode = (typeof MODES)[number];
export const REPORTERS = ['spec', 'json', 'junit'] as const;
export type ReporterName = (typeof REPORTERS)[number];
export const LATER_REPORTERS = ['sarif', 'html', 'github'] as const;

/** As the command line gives them. */
export interface RunFlags {
  case?: string[];
  repeat?: number;
  concurrency: number;
  seed?: number;
  offline?: boolean;
  filter?: string;
  cassette?: string;
  mode?: Mode;
  reporter: ReporterName;
  output?: string;
  live?: boolean;
  chaos?: string | true;
  approve?: boolean;
  watch?: boolean;
  lastFailed?: boolean;
}

const LATER = {
  live: 'Models and tools are the mocks of the graph.',
  chaos: 'Runs are made without faults.',
  approve: 'Graphs with `human` nodes do not run.',
  watch: 'Run the command again after a change.',
  lastFailed: 'Choose cases with --case or --filter.',
} as const satisfies Partial<Record<keyof RunFlags, string>>;

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

/** Refuses what contradicts itself, and what this release does not do, rather than passing over it. */
export function checkFlags(flags: RunFlags): void {
  for (const [name, instead] of Object.entries(LATER) as [keyof typeof LATER, string][])
    if (flags[name])
      throw notReleased(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, instead);
  if (flags.mode !== undefined && flags.cassette === undefined)
    throw new CliError({
      code: 'cli/mode-without-cassette',
      message: `--mode ${flags.mode} needs a cassette`,
      hint: `Say which file: --cassette runs.jsonl. Modes are ${MODES.join(', ')}.`,
    });
}
