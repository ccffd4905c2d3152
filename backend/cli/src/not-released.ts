import { CliError } from './cli-error.js';

/** Known, and not there yet: nothing is done half. */
export const notReleased = (what: string, instead?: string): CliError =>
  new CliError({
    code: 'cli/not-released',
    message: `${what} is not in this release`,
    ...(instead !== undefined && { hint: instead }),
  });

/** Commands that are planned. They are not listed, and say so when they are called. */
export const LATER_COMMANDS: readonly string[] = [
  ...['record', 'guard', 'promote', 'audit'],
  ...['seed-demo', 'bench', 'replay-agent'],
];
/** Refuses a command line that calls for something of a later release. */
export function refuseLater(argv: readonly string[]): void {
  const [command] = argv.filter((arg) => !arg.startsWith('-'));
  if (command !== undefined && LATER_COMMANDS.includes(command)) throw notReleased(`\`rehearse ${command}\``);
}
