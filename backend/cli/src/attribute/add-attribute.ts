import { InvalidArgumentError, type Command } from 'commander';
import type { Ended, Io } from '../io.js';
import { reporterOption, TOKEN_OPTION, URL_OPTION, whole } from '../program-options.js';
import { MOST_REPEATS, type AttributeFlags } from './attribute-options.js';

const HELP = `
Whose flake is it? Runs are done again with one more part of the world let loose: judges judge anew while models and
tools are held by tape; then the model answers anew while tools are held; then tools do, too. What the verdict varies more
with each step is the share of the judge, the model and the tools; what is left between the runs is the environment's.

The argument is the id of an experiment of the running server, or a cassette, whose reruns are made in this process.
Tools with a side effect are held in any case, and never called.

Exit codes: 0 shares were told or nothing flakes, 101 nothing could be told, 2 wrong use, 3 no server.

Examples:
  rehearse attribute 019c2a5e-7a40-7d1c-9d4e-2f6f3b1f6a10 --repeats 8 --max-cost-usd 2
  rehearse run refund.yaml --repeat 5 --cassette runs.jsonl --mode record; rehearse attribute runs.jsonl`;

export function addAttribute(program: Command, io: Io, ended: Ended): void {
  program
    .command('attribute')
    .description('Say by whom verdicts vary: judge, model, tools or environment.')
    .argument('<experiment>', 'the id of an experiment, or a cassette of `rehearse run --cassette`')
    .option(
      '--repeats <n>',
      'reruns of each tape with each part let loose',
      whole({ min: 2, max: MOST_REPEATS }),
      5,
    )
    .option('--tapes <n>', 'runs of each case that are done again', whole({ min: 1, max: 20 }), 3)
    .option('--max-cost-usd <usd>', 'begin no rerun that may cost more in all', dollars)
    .option('--concurrency <n>', 'how many reruns at once', whole({ min: 1, max: 64 }), 8)
    .option('--seed <n>', 'of draws and intervals', whole({ min: 0, max: 0xffff_ffff }), 1)
    .option('--graph <graph.yaml>', 'of a cassette that does not carry its graph')
    .option('--offline', 'of a cassette: mock targets only, so that nothing is spent')
    .option(...URL_OPTION)
    .option(...TOKEN_OPTION)
    .addOption(reporterOption(['spec', 'json']))
    .addHelpText('after', HELP)
    .action(async (experiment: string, flags: AttributeFlags) =>
      ended(await (await import('./attribute-command.js')).attributeCommand(io, experiment, flags)),
    );
}

function dollars(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('It is an amount above 0, as in 0.50.');
}
