import type { GraphImportAnswer, GraphView, ImportNote } from '@rehearse/contracts';
import { type GraphImport, importAgents, importPromptfoo } from '@rehearse/engine';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/index.js';
import type { Principal } from '../../platform/http/index.js';
import { GraphsService } from '../graphs/index.js';
import { UploadedFiles } from './uploaded-files.js';

const CONFIG = /(^|\/)promptfooconfig\.(ya?ml|json)$/i;
const DOCUMENT = /\.(ya?ml|json)$/i;

type Stored = { answer: GraphImportAnswer; created: boolean };

/** Makes graphs of what other tools are configured with, and stores them. */
@Injectable()
export class GraphImportsService {
  constructor(private readonly graphs: GraphsService) {}

  promptfoo(principal: Principal, body: unknown): Promise<Stored> {
    const files = new UploadedFiles(body);
    const file = configAmong(files.names);
    return this.store(principal, importPromptfoo({ file, files }));
  }

  agents(principal: Principal, body: unknown): Promise<Stored> {
    const files = new UploadedFiles(body);
    const paths = files.names.filter((name) => DOCUMENT.test(name));
    return this.store(principal, importAgents({ paths, files }));
  }

  /** Stores the graphs that validate, and says of the others why they do not. */
  private async store(principal: Principal, imported: GraphImport): Promise<Stored> {
    if (!imported.ok) throw refused(imported);
    const valid = imported.graphs.filter(({ errors }) => errors.length === 0);
    const notes = [...imported.notes, ...imported.graphs.flatMap(invalidNotes)];
    if (valid.length === 0)
      throw new AppError('import/invalid', 'No graph that came of it validates.', {
        errors: problemsOf(notes),
      });
    const files = valid.map(({ name, yaml }) => ({ name: `${name}.yaml`, source: yaml }));
    const { answer, created } = await this.graphs.upload(principal, files);
    const graphs: GraphView[] = answer.graphs ?? [answer.graph];
    return { answer: { graphs, notes, complete: notes.every(({ kind }) => kind !== 'lost') }, created };
  }
}

function configAmong(names: readonly string[]): string {
  const known = names.filter((name) => CONFIG.test(name));
  const candidates = known.length > 0 ? known : names.filter((name) => DOCUMENT.test(name));
  const [file, ...others] = candidates;
  if (file !== undefined && others.length === 0) return file;
  const found = candidates.length === 0 ? 'there is none' : `there are ${candidates.join(', ')}`;
  throw new AppError(
    'import/invalid',
    `Send one promptfooconfig.yaml, with what it names beside it; ${found}.`,
  );
}

function refused({ problems, notes }: Extract<GraphImport, { ok: false }>): AppError {
  const errors = problems.map(({ path, line, message, suggestion }) => ({
    path: line === undefined ? path : `line ${line}`,
    message: `${message}; ${suggestion}`,
  }));
  return new AppError('import/invalid', problems[0]?.message ?? 'It cannot be read.', {
    errors: [...errors, ...problemsOf(notes)],
  });
}

const problemsOf = (notes: readonly ImportNote[]) =>
  notes
    .filter(({ kind }) => kind === 'lost')
    .map(({ file, line, message }) => ({ path: line === undefined ? file : `${file}:${line}`, message }));

const invalidNotes = ({ name, errors }: Extract<GraphImport, { ok: true }>['graphs'][number]): ImportNote[] =>
  errors.map(({ message, path, line }) => ({
    ...{ kind: 'lost', file: `${name}.yaml`, line, path },
    message: `the graph ${name} does not validate and was not stored: ${message}`,
  }));
