import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import { configOf } from '../start/config.js';
import { paintFor, type Paint } from '../text/paint.js';
import { CHECKS, type Finding } from './checks.js';

export interface DoctorFlags {
  config?: boolean;
}

/** `rehearse doctor`: what is there, what is missing and how to get it; 2 when the product cannot work. */
export async function doctorCommand(io: Io, { config }: DoctorFlags): Promise<number> {
  const paint = paintFor(io.stdout, io);
  if (config) return printConfig(io, paint);
  const problems = configProblems(io);
  let isHealthy = problems === null;
  if (problems) io.stdout.write(describe('Config', problems, paint));
  for (const [name, check] of CHECKS) {
    const finding = await check(io).catch(broken);
    if (finding === null) continue;
    isHealthy &&= finding.state !== 'missing';
    io.stdout.write(describe(name, finding, paint));
  }
  io.stdout.write(
    isHealthy ? '\nEverything that is needed is there.\n' : '\nSomething that is needed is missing.\n',
  );
  return isHealthy ? EXIT.ok : EXIT.usage;
}

/** Told once, and not by every check that needs a setting. */
function configProblems(io: Io): Finding | null {
  try {
    configOf(io);
    return null;
  } catch (error) {
    if (!isInvalidConfig(error)) throw error;
    return { state: 'missing', message: error.message, details: error.details };
  }
}

const isInvalidConfig = (error: unknown): error is CliError =>
  error instanceof CliError && error.code === 'config/invalid';

function broken(error: unknown): Finding | null {
  if (isInvalidConfig(error)) return null;
  const hint = error instanceof CliError ? error.hint : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return { state: 'missing', message, ...(hint !== undefined && { hint }) };
}

const MARKS = {
  ok: { icon: '✓', colour: 'green' },
  optional: { icon: '!', colour: 'yellow' },
  missing: { icon: '✗', colour: 'red' },
} as const;

function describe(name: string, { state, message, details = [], hint }: Finding, paint: Paint): string {
  const { icon, colour } = MARKS[state];
  const help = hint === undefined ? '' : `${' '.repeat(14)}${paint('cyan', 'help')} ${hint}\n`;
  return `${paint(colour, icon)} ${name.padEnd(11)} ${message}\n${details.join('')}${help}`;
}

/** Every setting with its value and source; secrets only as set or not set. */
async function printConfig(io: Io, paint: Paint): Promise<number> {
  const { describeConfig } = await import('@rehearse/server/config');
  const rows = describeConfig(configOf(io).values);
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, value, source, used } of rows) {
    const origin = source === 'default' ? paint('dim', '(default)') : `(${source})`;
    io.stdout.write(
      `${name.padEnd(width)}  ${value}  ${origin}${used ? '' : paint('dim', ' not used yet')}\n`,
    );
  }
  return EXIT.ok;
}
