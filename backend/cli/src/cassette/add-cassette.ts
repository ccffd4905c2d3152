import { type Command, Option } from 'commander';
import type { Ended, Io } from '../io.js';
import { reporterOption } from '../program-options.js';
import { PREFERENCES, type MergeFlags } from './cassette-options.js';
import type { InspectFlags } from './inspect-cassette.js';
import type { PruneFlags } from './prune-cassette.js';

/** `rehearse cassette`: what is done with cassettes in a repository. */
export function addCassette(program: Command, io: Io, ended: Ended): void {
  const command = program.command('cassette').description('Look into cassettes, merge them, prune them.');
  command
    .command('inspect')
    .description(
      'Say what is in a cassette: runs, verdicts, digests, redaction, and whether the chains hold.',
    )
    .argument('<cassette...>', 'files of `rehearse run --cassette`, or downloads of the studio')
    .addOption(reporterOption(['spec', 'json']))
    .addHelpText('after', '\nExit code 4 when the chain of a run does not hold, or cannot be checked.')
    .action(async (files: string[], flags: InspectFlags) =>
      ended(await (await import('./inspect-cassette.js')).inspectCassettes(io, files, flags)),
    );
  command
    .command('merge')
    .description('Put several cassettes into one, in the order of graph, case, repeat and seed.')
    .argument('<cassette...>', 'the cassettes')
    .requiredOption('--output <file>', 'where it is written, - for standard output; it may be one of them')
    .addOption(
      new Option('--prefer <which>', 'of two recordings of one run that differ, the one to keep').choices(
        PREFERENCES,
      ),
    )
    .addHelpText(
      'after',
      '\nWithout --prefer, two recordings of one run that differ are an error, and nothing is written. Exit code 4 when the chain of a run does not hold.',
    )
    .action(async (files: string[], flags: MergeFlags) =>
      ended(await (await import('./merge-cassettes.js')).mergeCassettes(io, files, flags)),
    );
  command
    .command('prune')
    .description(
      'Remove the recordings that no case of the graphs asks for any more, and put the rest in order.',
    )
    .argument('<cassette>', 'the cassette')
    .argument('<graph.yaml...>', 'files, suites or folders; recordings of other graphs are removed')
    .option('--stale', 'also remove what was recorded with another version of its graph')
    .option('--dry-run', 'only say what would be removed')
    .addHelpText('after', '\nExit code 4 when the chain of a run that is kept does not hold.')
    .action(async (file: string, graphs: string[], flags: PruneFlags) =>
      ended(await (await import('./prune-cassette.js')).pruneCassette(io, { file, graphs }, flags)),
    );
}
