import { glob, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CliError } from '../cli-error.js';
import { fileError, shownPath } from '../files.js';
import type { Io } from '../io.js';

const IS_YAML = /\.ya?ml$/i;
const IS_GRAPH = /^kind:[ \t]*["']?Graph["']?[ \t]*(#.*)?\r?$/m;
const IS_DOCUMENT = /^kind:[ \t]*["']?(Graph|Persona|Suite)["']?[ \t]*(#.*)?\r?$/m;

/** What of a folder or pattern is meant: graphs, or every document that this release checks. */
export type Wanted = 'graphs' | 'documents';
const IS_PATTERN = /[*?[\]{}]/;

/**
 * The graph files that are meant: a file as it is, a folder's graphs (not those of folders in it), what a pattern finds.
 * Each once, in the order given; those of a folder or pattern by name.
 */
export async function findGraphFiles(
  io: Io,
  paths: readonly string[],
  wanted: Wanted = 'graphs',
): Promise<string[]> {
  const found = new Set<string>();
  for (const given of paths) for (const file of await expand(io, given, wanted)) found.add(file);
  return [...found];
}

async function expand(io: Io, given: string, wanted: Wanted): Promise<string[]> {
  if (given === '-') return ['-'];
  const found = await lookUp(io, given);
  if ('problem' in found) {
    if (IS_PATTERN.test(given)) return matches(io, given, wanted);
    throw fileError('read', given, found.problem);
  }
  if (!found.isFolder) return [shownPath(io, given)];
  const names = (await readdir(path.resolve(io.cwd, given))).filter((name) => IS_YAML.test(name)).sort();
  const files = names.map((name) => shownPath(io, path.join(given, name)));
  return chosenAmong(io, files, { wanted, where: `in the folder ${given}` });
}

async function lookUp(io: Io, given: string): Promise<{ isFolder: boolean } | { problem: unknown }> {
  try {
    return { isFolder: (await stat(path.resolve(io.cwd, given))).isDirectory() };
  } catch (problem) {
    return { problem };
  }
}

async function matches(io: Io, pattern: string, wanted: Wanted): Promise<string[]> {
  const files = [];
  for await (const file of glob(pattern, { cwd: io.cwd })) if (IS_YAML.test(file)) files.push(file);
  return chosenAmong(io, files.sort(), { wanted, where: `that ${pattern} matches` });
}

/** A folder may hold other YAML too, such as `rehearse.yaml`. What was named one by one is never passed over. */
async function chosenAmong(
  io: Io,
  files: readonly string[],
  { wanted, where }: { wanted: Wanted; where: string },
): Promise<string[]> {
  const isMeant = wanted === 'graphs' ? IS_GRAPH : IS_DOCUMENT;
  const chosen = [];
  for (const file of files) {
    const text = await readFile(path.resolve(io.cwd, file), 'utf8').catch((error: unknown) => {
      throw fileError('read', file, error);
    });
    if (isMeant.test(text)) chosen.push(file);
  }
  if (chosen.length > 0) return chosen;
  throw new CliError({
    code: 'cli/no-graphs',
    message: `there is no graph ${where}`,
    hint: 'A graph is a .yaml file with `kind: Graph`.',
  });
}
