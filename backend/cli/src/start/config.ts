import { describeProblems, loadConfig, type ConfigResult } from '@rehearse/server/config';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';

/** The effective configuration; a CliError that names every problem when there is one. */
export function configOf({ env, cwd }: Io): Extract<ConfigResult, { ok: true }> {
  const loaded = loadConfig({ env: { ...env }, cwd });
  if (loaded.ok) return loaded;
  const [head, ...details] = describeProblems(loaded.problems).split('\n');
  throw new CliError({ code: 'config/invalid', message: head!, details: details.map((line) => `${line}\n`) });
}
