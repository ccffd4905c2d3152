import { type Command, InvalidArgumentError } from 'commander';
import type { Ended, Io } from '../io.js';
import { reporterOption, TOKEN_OPTION, URL_OPTION, whole } from '../program-options.js';
import type { LoadFlags } from './load-options.js';

const LOAD_HELP = `
A user starts a run, follows it to its end and reads it meanwhile, over and over. That is well when every answer was
and each event came once. Exit code 100 when fewer than --min-success of any rung were.

Examples:
  rehearse load --users 50 --duration 30
  rehearse load --ladder 10,50,100,500 --reporter json --output load.json
  rehearse load --users 20 --viewers 50 --graph refund-agent --vars '{"order_id": "W1"}'`;

export function addLoad(program: Command, io: Io, ended: Ended): void {
  program
    .command('load')
    .description('Put load on a running server: runs, viewers and reads of many users at once.')
    .option('--users <n>', 'how many users at once', whole({ min: 1, max: 100_000 }), 10)
    .option('--ladder <n,n,…>', 'one rung after the other, of so many users each', rungs)
    .option(
      '--duration <seconds>',
      'how long all users stay, for each rung',
      whole({ min: 1, max: 86_400 }),
      20,
    )
    .option('--ramp-up <seconds>', 'the time within which they come', whole({ min: 0, max: 86_400 }), 2)
    .option('--think-ms <ms>', 'how long a user rests between two runs', whole({ min: 0, max: 600_000 }), 0)
    .option('--viewers <n>', 'how many viewers follow each run', whole({ min: 1, max: 100_000 }), 1)
    .option(
      '--reads <n>',
      'how often the run and the history are read meanwhile',
      whole({ min: 0, max: 1_000 }),
      1,
    )
    .option('--graph <name>', 'a graph of the server; default: ten model calls in a row, answered by a mock')
    .option('--vars <json>', 'the inputs of its runs')
    .option('--min-success <percent>', 'how many have to go well', whole({ min: 0, max: 100 }), 95)
    .option(...URL_OPTION)
    .option(...TOKEN_OPTION)
    .addOption(reporterOption(['spec', 'json']))
    .option('--output <file>', 'write the figures there, as JSON; - for standard output')
    .addHelpText('after', LOAD_HELP)
    .action(async (flags: LoadFlags) =>
      ended(await (await import('./load-command.js')).loadCommand(io, flags)),
    );
}

function rungs(text: string): number[] {
  const users = text.split(',').map((part) => part.trim());
  if (users.every((part) => /^[1-9]\d{0,4}$/.test(part))) return users.map(Number);
  throw new InvalidArgumentError('It is numbers of users with commas between, as in 10,50,100.');
}
