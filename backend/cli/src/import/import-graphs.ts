import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { importAgents, importPromptfoo, type GraphImport, type ImportFiles } from '@rehearse/engine';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { fileError, readIfThere, shownPath, writeWhole } from '../files.js';
import type { Io } from '../io.js';
import { count } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { printable } from '../text/printable.js';
import { describeGraphImport } from './describe-graph-import.js';

export interface GraphImportFlags {
  output: string;
}

type Imported = Extract<GraphImport, { ok: true }>;

/** `rehearse import promptfoo`: a graph file for each prompt of a config. */
export async function importPromptfooFile(io: Io, file: string, flags: GraphImportFlags): Promise<number> {
  const folder = path.dirname(path.resolve(io.cwd, file));
  if (statOf(io, file).isDirectory())
    throw new CliError({
      code: 'import/not-usable',
      message: `${file} is a folder`,
      hint: 'Give the config in it, such as promptfooconfig.yaml.',
    });
  const imported = importPromptfoo({ file: path.basename(file), files: filesIn(folder) });
  return finish(io, { imported, what: file, folder, flags });
}

/** `rehearse import agents`: a graph file for each agent of a file or folder. */
export async function importAgentFiles(io: Io, given: string, flags: GraphImportFlags): Promise<number> {
  const whole = path.resolve(io.cwd, given);
  const isFolder = statOf(io, given).isDirectory();
  const folder = isFolder ? whole : path.dirname(whole);
  const files = filesIn(folder);
  const paths = isFolder ? files.find('**/*.{json,yaml,yml}') : [path.basename(whole)];
  return finish(io, { imported: importAgents({ paths, files }), what: given, folder, flags });
}

function statOf(io: Io, file: string) {
  try {
    return statSync(path.resolve(io.cwd, file));
  } catch (error) {
    throw fileError('read', file, error);
  }
}

/** The files of a folder, as this user may read them. */
const filesIn = (folder: string): ImportFiles => ({
  read: (file) => {
    try {
      return { ok: true, text: readFileSync(path.resolve(folder, file), 'utf8') };
    } catch (error) {
      return { ok: false, message: fileError('read', file, error).message.replace(/^.*?: /s, '') };
    }
  },
  find: (pattern) =>
    globSync(pattern, { cwd: folder, exclude: (name) => path.basename(name) === 'node_modules' })
      .map((file) => file.split(path.sep).join('/'))
      .sort(),
});

interface Finished {
  imported: GraphImport;
  /** What was given, as the person wrote it. */
  what: string;
  folder: string;
  flags: GraphImportFlags;
}

async function finish(io: Io, { imported, what, folder, flags }: Finished): Promise<number> {
  const place = (file: string) => shownPath(io, path.join(folder, file));
  if (!imported.ok) throw refused(imported, { what, place });
  const files = imported.graphs.map(({ name, yaml }) => ({
    file: path.join(flags.output, `${name}.yaml`),
    yaml,
  }));
  await refuseToOverwrite(io, files);
  for (const { file, yaml } of files) await writeWhole(io, file, yaml);
  const shown = files.map(({ file }) => shownPath(io, file));
  io.stdout.write(describeGraphImport({ imported, what, files: shown, place }, paintFor(io.stdout, io)));
  const isWhole =
    imported.notes.every(({ kind }) => kind !== 'lost') &&
    imported.graphs.every(({ errors }) => errors.length === 0);
  return isWhole ? EXIT.ok : EXIT.partly;
}

/** What is there may have been worked on since; nothing is written over it. */
async function refuseToOverwrite(io: Io, files: readonly { file: string; yaml: string }[]): Promise<void> {
  for (const { file, yaml } of files) {
    const there = await readIfThere(io, file);
    if (there === null || there === yaml) continue;
    throw new CliError({
      code: 'cli/file-exists',
      message: `${shownPath(io, file)} is there already and differs; nothing was written`,
      hint: 'Give another folder with --output, or move the file away.',
    });
  }
}

function refused(
  { problems, notes }: Exclude<GraphImport, Imported>,
  { what, place }: { what: string; place: (file: string) => string },
): CliError {
  const lines = problems.map(
    ({ line, code, message, suggestion }) =>
      `  ${what}${line === undefined ? '' : `:${line}`} ${code}\n    ${printable(message)}\n    help: ${suggestion}\n`,
  );
  const lost = notes.map(
    ({ file, line, message }) =>
      `  ${place(file)}${line === undefined ? '' : `:${line}`} ${printable(message)}\n`,
  );
  return new CliError({
    code: 'import/invalid',
    message: `${what} cannot be imported: ${count(problems.length, 'problem')}`,
    details: [...lines, ...lost],
  });
}
