import { Command, Option } from 'commander';
import type { Ended, Io } from './io.js';
import type { DiffFlags } from './diff/diff-command.js';
import type { DoctorFlags } from './doctor/doctor-command.js';
import type { ValidateFlags } from './graphs/validate-command.js';
import type { ServerFlags } from './import/import-cassette.js';
import type { ImportFlags } from './import/import-command.js';
import type { GraphImportFlags } from './import/import-graphs.js';
import { addLoad } from './load/add-load.js';
import type { NewFlags } from './new/new-command.js';
import { addReplay } from './replay/add-replay.js';
import { addAttribute } from './attribute/add-attribute.js';
import { addCassette } from './cassette/add-cassette.js';
import { each, known, reporterOption, TOKEN_OPTION, URL_OPTION, whole } from './program-options.js';
import { parseApproval } from './run/approvals.js';
import { MODES, REPORTERS, type Approval, type ReporterChoice, type RunFlags } from './run/run-options.js';
import type { StartFlags } from './start/start-command.js';
import { paintFor } from './text/paint.js';
import { version } from './version.js';

const EXIT_CODES = `
Exit codes:
  0    fine
  1    crash
  2    wrong use, invalid graph or cassette
  3    the server or its database does not answer
  4    a digest does not fit
  11   an import came over in part
  100  an assertion or a contract failed
  101  a run errored or is inconclusive
  102  a replay diverged, two runs differ, or a recording is missing
`;

/** The command line. Each command loads its code when it is called, so that the others cost nothing. */
export function programFor(io: Io, ended: Ended): Command {
  const program = new Command('rehearse')
    .description(
      'A lab for the behaviour of AI agents: run graphs, replay them bit for bit, find what changed.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      // As our own errors look.
      outputError: (text, write) =>
        write(text.replace(/^error: /, `${paintFor(io.stderr, io)('red', 'error')} `)),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', EXIT_CODES);
  for (const add of [
    addRun,
    addReplay,
    addAttribute,
    addDiff,
    addCassette,
    addValidate,
    addNew,
    addImport,
    addStart,
    addWorker,
    addMigrate,
    addLoad,
    addDoctor,
    addHelp,
  ])
    add(program, io, ended);
  return program;
}

const RUN_HELP = `
A case passes when all its repeats pass, or as many as its \`minPass\` says.

Examples:
  rehearse run hello.yaml
  rehearse run graphs/ --filter refund --repeat 5
  rehearse run hello.yaml --cassette hello.jsonl --mode record
  rehearse run graphs/ --reporter junit --output report.xml
  rehearse run graphs/ --reporter spec --reporter junit=r.xml --reporter html=r.html
  rehearse run graphs/ --last-failed --watch
  rehearse run refund.yaml --approve 'review=reject:too much'`;

function addRun(program: Command, io: Io, ended: Ended): void {
  program
    .command('run')
    .description('Run graphs in this process, without a server: every case, every repeat.')
    .usage('[options] <graph.yaml...>')
    .argument('[graph.yaml...]', 'files, suites, folders (their graphs) or patterns; - for standard input')
    .option('--case <id...>', 'only these cases')
    .option('--filter <text>', 'only graphs and cases of this name (* is any text), or label=value')
    .option(
      '--repeat <n>',
      'repeats of each case, in place of its own; all have to pass',
      whole({ min: 1, max: 10_000 }),
    )
    .option(
      '--seed <n>',
      'the seed of the first repeat, in place of the case\u2019s own',
      whole({ min: 0, max: 0xffff_ffff }),
    )
    .option('--concurrency <n>', 'how many runs at once', whole({ min: 1, max: 1_000 }), 8)
    .option('--offline', 'mock targets only, so that nothing is spent')
    .option('--live', 'tools make their real calls, also those that have a mock')
    .option('--allow-command <name>', 'a program that agents may start; repeatable', each)
    .option('--chaos <profile>', 'inject the faults of this profile of the graph')
    .option('--with-clean', 'with --chaos: make each run without faults too, to tell what they cost')
    .addOption(
      new Option(
        '--approve <key=decision>',
        'decide for a human node: approve, reject:<reason> or modify:<JSON>; repeatable',
      ).argParser((text: string, before: Approval[] | undefined) => [...(before ?? []), parseApproval(text)]),
    )
    .option('--last-failed', 'only the cases that did not pass the last time; all when none is known')
    .option('--fail-fast', 'stop at the first case that does not pass')
    .option('--max-failures <n>', 'stop when that many cases did not pass', whole({ min: 1, max: 1_000_000 }))
    .option('--watch', 'run again whenever a graph or a file that it reads changes')
    .option('--cassette <file>', 'where recordings are kept')
    .addOption(
      new Option(
        '--mode <mode>',
        'with --cassette: auto replays what is recorded and records the rest (not in CI)',
      ).choices(MODES),
    )
    .addOption(reportersOption())
    .option('--output <file>', 'write the report there; standard output then gets the spec report')
    .option('--quiet', 'show only what did not pass, and the totals')
    .addHelpText('after', RUN_HELP)
    .action(async (paths: string[], flags: RunFlags) => {
      await (await import('./run/script.js')).startSandboxEarly(io, paths);
      ended(await (await import('./run/run-command.js')).runCommand(io, paths, flags));
    });
}

const DIFF_HELP = `
The runs of the same graph, case and repeat are compared; one run with one, whatever they are of. A run of a
cassette is named by its place or its id behind #. Exit code 102 when any differ.

Examples:
  rehearse diff before.jsonl after.jsonl
  rehearse diff runs.jsonl#1 runs.jsonl#2 --all`;

function addDiff(program: Command, io: Io, ended: Ended): void {
  program
    .command('diff')
    .description('Compare recorded runs step by step: the first divergence, texts by words, flipped checks.')
    .argument('<a>', 'a cassette, or one run of it: runs.jsonl#2')
    .argument('<b>', 'what it is compared with')
    .option('--ignore <names>', 'what is masked: volatile (all), none, or some of ids,times', 'volatile')
    .option('--all', 'show the steps that are the same, too')
    .addOption(reporterOption(['spec', 'json']))
    .addHelpText('after', DIFF_HELP)
    .action(async (a: string, b: string, flags: DiffFlags) =>
      ended(await (await import('./diff/diff-command.js')).diffCommand(io, { a, b }, flags)),
    );
}

function addValidate(program: Command, io: Io, ended: Ended): void {
  program
    .command('validate')
    .description(
      'Check graphs, personas and suites, and tell everything that is wrong, with line and column.',
    )
    .argument('<graph.yaml...>', 'files, folders (their documents) or patterns; - for standard input')
    .addOption(reporterOption(['spec', 'json']))
    .action(async (paths: string[], flags: ValidateFlags) =>
      ended(await (await import('./graphs/validate-command.js')).validateCommand(io, paths, flags)),
    );
}

function addNew(program: Command, io: Io, ended: Ended): void {
  program
    .command('new')
    .description('Write a graph: from a description, from a list of nodes, or from a recorded run.')
    .argument('[name]', 'what the graph is called')
    .option(
      '--from <what>',
      'a description in words, a .json file with nodes and edges, or a cassette (.jsonl)',
    )
    .option('--case <id>', 'of a cassette the run of this case; default: the first run')
    .option('--output <file>', 'where it is written, - for standard output; default: <name>.yaml')
    .option('--force', 'write over a file that is there and differs')
    .addHelpText(
      'after',
      `
Examples:
  rehearse new --from "a support agent that refunds orders"
  rehearse new pipeline --from spec.json
  rehearse new regression --from hello.jsonl --case ada`,
    )
    .action(async (name: string | undefined, flags: NewFlags) =>
      ended(await (await import('./new/new-command.js')).newCommand(io, name, flags)),
    );
}

function addImport(program: Command, io: Io, ended: Ended): void {
  const command = program.command('import').description('Bring in what was made elsewhere.');
  addImportTrajectories(command, io, ended);
  addImportGraphs(command, io, ended);
  command
    .command('cassette')
    .description('Import the recorded runs of a cassette into the running server.')
    .argument('<file>', 'a file of `rehearse run --cassette`, or a download of the studio')
    .option(...URL_OPTION)
    .option(...TOKEN_OPTION)
    .action(async (file: string, flags: ServerFlags) =>
      ended(await (await import('./import/import-cassette.js')).importCassette(io, file, flags)),
    );
}

function addImportTrajectories(command: Command, io: Io, ended: Ended): void {
  command
    .command('trajectories')
    .description(
      'Import conversations of an agent: into the running server, or with --output into a cassette.',
    )
    .argument('<file>', 'JSON of tau-bench, or OpenAI chats as JSON lines')
    .addOption(
      new Option('--format <format>', 'what the file is')
        .choices(['tau-bench', 'openai'])
        .makeOptionMandatory(),
    )
    .option('--graph <graph.yaml>', 'check the contracts and assertions of this graph over them')
    .option('--output <dir>', 'write a cassette there; no server is needed')
    .option(...URL_OPTION)
    .option(...TOKEN_OPTION)
    .action(async (file: string, flags: ImportFlags) =>
      ended(await (await import('./import/import-command.js')).importCommand(io, file, flags)),
    );
}

function addImportGraphs(command: Command, io: Io, ended: Ended): void {
  const codes = `
What has no counterpart is listed with its line. Exit code 0: everything came over; 11: in part; 2: nothing.`;
  command
    .command('promptfoo')
    .description('Make graphs of a config of promptfoo, one for each prompt.')
    .argument('<promptfooconfig.yaml>', 'the config; what it names is read beside it')
    .option('--output <dir>', 'where the graphs are written', '.')
    .addHelpText('after', codes)
    .action(async (file: string, flags: GraphImportFlags) =>
      ended(await (await import('./import/import-graphs.js')).importPromptfooFile(io, file, flags)),
    );
  command
    .command('agents')
    .description('Make graphs of agent configs of version 1, in JSON or YAML.')
    .argument('<file-or-folder>', 'a config, or a folder with configs in it and in its folders')
    .option('--output <dir>', 'where the graphs are written', '.')
    .addHelpText('after', codes)
    .action(async (file: string, flags: GraphImportFlags) =>
      ended(await (await import('./import/import-graphs.js')).importAgentFiles(io, file, flags)),
    );
}

function addStart(program: Command, io: Io, ended: Ended): void {
  program
    .command('start')
    .description('Start server, worker and studio in one process, on the embedded database.')
    .option('--demo', 'with a demo admin and a sample graph with runs')
    .option('--port <n>', 'the port of API and studio; default 8000', whole({ min: 0, max: 65_535 }))
    .option('--host <address>', 'the address to listen on; default 127.0.0.1')
    .action(async (flags: StartFlags) =>
      ended(await (await import('./start/start-command.js')).startCommand(io, flags)),
    );
}

function addWorker(program: Command, io: Io, ended: Ended): void {
  program
    .command('worker')
    .description('Drive runs of the database that DATABASE_URL names, beside the servers and workers on it.')
    .option('--port <n>', 'the port of health and metrics; default any', whole({ min: 0, max: 65_535 }))
    .option('--host <address>', 'the address to listen on; default 127.0.0.1')
    .action(async (flags: Omit<StartFlags, 'demo'>) =>
      ended(await (await import('./start/start-command.js')).workerCommand(io, flags)),
    );
}

function addMigrate(program: Command, io: Io, ended: Ended): void {
  program
    .command('migrate')
    .description('Bring the database up to this version: DATABASE_URL, else the embedded one.')
    .action(async () => ended(await (await import('./start/migrate-command.js')).migrateCommand(io)));
}

function addDoctor(program: Command, io: Io, ended: Ended): void {
  program
    .command('doctor')
    .description('Say what is missing on this machine and how to get it.')
    .option('--config', 'print the effective configuration with the source of each value')
    .action(async (flags: DoctorFlags) =>
      ended(await (await import('./doctor/doctor-command.js')).doctorCommand(io, flags)),
    );
}

/** Of its own: the one that comes with a program shows all the help for a command that is not there. */
function addHelp(program: Command): void {
  program
    .command('help')
    .description('say more about a command')
    .argument('[command...]')
    .action((names: string[]) => {
      let command = program;
      for (const name of names) {
        const found = command.commands.find((one) => one.name() === name);
        if (!found) program.error(`error: unknown command '${name}'\n(\`rehearse help\` lists them)`);
        else command = found;
      }
      command.help();
    });
}

function reportersOption(): Option {
  const names = REPORTERS.join(', ');
  return new Option(
    '--reporter <name[=file]>',
    `how to report: ${names}; repeatable, each to a file of its own`,
  )
    .default([], 'spec')
    .argParser((text: string, before: ReporterChoice[]): ReporterChoice[] => {
      const [name, ...file] = text.split('=');
      return [...before, { name: known(name!, REPORTERS), file: file.join('=') || null }];
    });
}
