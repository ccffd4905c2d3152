import path from 'node:path';
import {
  GraphSpec,
  SLUG_PATTERN,
  type CassetteHeader,
  type Diagnostic,
  type GenerateAnswer,
} from '@rehearse/contracts';
import {
  compileGraph,
  graphFromDescription,
  graphFromRun,
  graphFromSpec,
  optionsOf,
  slugOf,
  withValues,
  type Recording,
} from '@rehearse/engine';
import { noteOfBroken, refuseBroken } from '../cassette/check-chains.js';
import { streamCassette } from '../cassette/read-cassette.js';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { readIfThere, readText, shownPath, writeWhole } from '../files.js';
import { describeDiagnostics } from '../graphs/describe-diagnostics.js';
import type { Io } from '../io.js';
import { paintFor } from '../text/paint.js';
import { quoted } from '../text/quoted.js';

export interface NewFlags {
  from?: string;
  case?: string;
  output?: string;
  force?: boolean;
}

/** `rehearse new`: a graph file from a description, from a program's list of nodes, or from a recorded run. */
export async function newCommand(io: Io, name: string | undefined, flags: NewFlags): Promise<number> {
  if (name !== undefined && !SLUG_PATTERN.test(name))
    throw new CliError({
      code: 'cli/bad-name',
      message: `${name} cannot be the name of a graph`,
      hint: 'A name has lower-case letters, digits and -, at most 63, a letter first.',
    });
  const made = await generate(io, name, flags);
  const file = flags.output ?? `${made.name}.yaml`;
  refuseErrors(io, { file, made });
  if (file === '-') io.stdout.write(made.yaml);
  else await write(io, { file, yaml: made.yaml, mayReplace: flags.force === true });
  return EXIT.ok;
}

async function generate(io: Io, name: string | undefined, flags: NewFlags): Promise<GenerateAnswer> {
  const { from = name ?? NOTHING_ASKED } = flags;
  if (/\.jsonl$/i.test(from)) return named(await fromCassette(io, from, flags), name);
  if (flags.case !== undefined) throw caseOfNothing(flags.case);
  if (/\.json$/i.test(from)) return named(await fromSpec(io, from), name);
  return graphFromDescription(from, name ?? nameOf(from));
}

const caseOfNothing = (caseId: string): CliError =>
  new CliError({
    code: 'cli/case-without-cassette',
    message: `--case ${caseId} chooses a run of a cassette, and none is given`,
    hint: 'Name it: --from runs.jsonl.',
  });

const NOTHING_ASKED = 'my graph';
const LONGEST_NAME = 40;

/** What was asked for, as a name: `a support agent that refunds` is `support-agent-that-refunds`. */
function nameOf(description: string): string {
  const name = slugOf(description.trim().replace(/^(?:an?|the)\s+/i, ''));
  return name.length <= LONGEST_NAME ? name : name.slice(0, LONGEST_NAME + 1).replace(/-[^-]*$/, '');
}

/** The name stands once, on a line of its own near the top. */
const named = (made: GenerateAnswer, name: string | undefined): GenerateAnswer =>
  name === undefined ? made : { ...made, name, yaml: made.yaml.replace(/^name: .*$/m, `name: ${name}`) };

async function fromSpec(io: Io, file: string): Promise<GenerateAnswer> {
  const parsed = GraphSpec.safeParse(jsonOf(file, await readText(io, file)));
  if (parsed.success) return graphFromSpec(parsed.data);
  throw new CliError({
    code: 'builder/invalid-spec',
    message: `${file} does not describe a graph`,
    details: parsed.error.issues.map(
      ({ path: at, message }) => `  ${at.join('.') || 'the file'}: ${message}\n`,
    ),
    hint: 'It looks like {"nodes": [{"id": "a", "type": "transform", "value": "1"}], "edges": []}.',
  });
}

function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new CliError({
      code: 'builder/invalid-spec',
      message: `${file} is not JSON: ${(error as Error).message}`,
    });
  }
}

async function fromCassette(io: Io, file: string, { case: caseId }: NewFlags): Promise<GenerateAnswer> {
  const cases = new Set<string>();
  let [run, source] = [undefined, undefined] as [Recording?, CassetteHeader?];
  for await (const recording of streamCassette(io, file)) {
    const { header } = recording;
    cases.add(header.caseId ?? 'no case');
    if (caseId === undefined || header.caseId === caseId) run ??= recording;
    if (header.graph.source !== undefined && header.graph.digest === run?.header.graph.digest)
      source ??= header;
  }
  if (!run)
    throw new CliError({
      code: 'cli/unknown-case',
      message: `${file} has no run of the case ${caseId}`,
      hint: `It has ${[...cases].join(', ')}.`,
    });
  refuseBroken([noteOfBroken(run)], file);
  const { header, events } = run;
  const compiled =
    source?.graph.source === undefined ? null : compileGraph(source.graph.source, optionsOf(source.graph));
  const [started] = events;
  return graphFromRun({
    graph: compiled?.ok ? (withValues(compiled.graph, header.matrix ?? null) ?? compiled.graph) : null,
    name: header.graph.name,
    events,
    caseId: header.caseId,
    vars: started?.type === 'run.started' ? started.data.vars : {},
    seed: header.seed,
  });
}

function refuseErrors(
  io: Io,
  { file, made: { diagnostics, yaml } }: { file: string; made: GenerateAnswer },
): void {
  const errors = diagnostics.filter(({ severity }: Diagnostic) => severity === 'error');
  if (errors.length === 0) return;
  const paint = paintFor(io.stderr, io);
  throw new CliError({
    code: 'graph/invalid',
    message: 'the graph would have errors, and was not written:',
    details: [describeDiagnostics({ file, source: yaml, diagnostics: errors, paint })],
  });
}

interface Written {
  file: string;
  yaml: string;
  mayReplace: boolean;
}

async function write(io: Io, { file, yaml, mayReplace }: Written): Promise<void> {
  const there = await readIfThere(io, file);
  if (there !== null && there !== yaml && !mayReplace)
    throw new CliError({
      code: 'cli/file-exists',
      message: `${file} is there already and differs; nothing was written`,
      hint: 'Give another file with --output, or --force to write over it.',
    });
  await writeWhole(io, file, yaml);
  const paint = paintFor(io.stdout, io);
  const shown = shownPath(io, path.resolve(io.cwd, file));
  io.stdout.write(
    `${paint('bold', shown)}\n${paint('dim', 'Next')}  ${paint('cyan', `rehearse run ${quoted(shown)}`)}\n`,
  );
}
