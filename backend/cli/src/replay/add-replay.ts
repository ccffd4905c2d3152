import { type Command, Option } from 'commander';
import type { Ended, Io } from '../io.js';
import { each, reporterOption, whole } from '../program-options.js';
import { JUDGES, REPLAY_MODES, type ReplayFlags } from './replay-options.js';

const HELP = `
Modes:
  strict   run again with the recorded answers, offline: identical, or the first divergence
  regrade  judge what was recorded by the assertions and contracts of --graph; judges held or live
  compare  the version in --graph against the tape: which requests changed
  fork     take over the events up to --from-seq, with edits, and go on anew
  chaos    a fault on one call: the tape up to it, and behind it where the same is asked

Fork and chaos make a run of one recording (--run, when there are several); --output keeps it as a cassette.

Exit codes: 102 a replay diverged or a request changed, 100 a check failed, 101 a run errored or is inconclusive.

Examples:
  rehearse replay runs.jsonl
  rehearse replay runs.jsonl --mode regrade --graph stricter.yaml
  rehearse replay runs.jsonl --mode compare --graph next.yaml
  rehearse replay runs.jsonl --run 2 --mode fork --from-seq 12 --edit '12=I cannot do that.'
  rehearse replay runs.jsonl --run 2 --mode chaos --at tool:lookup_order#2 --fault error`;

export function addReplay(program: Command, io: Io, ended: Ended): void {
  program
    .command('replay')
    .description(
      'Replay recorded runs: strictly and offline, judged anew, with another graph, forked, or broken.',
    )
    .argument('<cassette>', 'a file of `rehearse run --cassette`, or a download of the studio')
    .addOption(new Option('--mode <mode>', 'how').choices(REPLAY_MODES).default('strict'))
    .option('--run <run>', 'only this run of the cassette: its place from 1, or its id')
    .option('--graph <graph.yaml>', 'replay on this graph, judge by it, or compare with it')
    .addOption(
      new Option('--judges <judges>', 'regrade: by the tape alone, or asked anew; default held').choices(
        JUDGES,
      ),
    )
    .option('--all', 'compare: show the requests that are the same, too')
    .option(
      '--from-seq <n>',
      'fork: the last event that is taken over',
      whole({ min: 1, max: 1_000_000_000 }),
    )
    .option('--edit <seq=text>', 'fork: what was answered at a seq instead; repeatable', each)
    .option('--edit-data <seq=json>', 'fork: members of the recorded answer at a seq; repeatable', each)
    .option('--vars <json>', 'fork: other vars')
    .option('--at <call>', 'chaos: tool:<name>#<n>, llm:<node>#<n>, or the seq of a call')
    .option('--fault <fault>', 'chaos: a fault by its name, or as JSON with what the YAML takes')
    .option('--live', 'fork, chaos: tools make their real calls, also those that have a mock')
    .option('--offline', 'mock targets only, so that nothing is spent')
    .option('--output <file>', 'fork, chaos: the cassette that the new run is written to')
    .addOption(reporterOption(['spec', 'json']))
    .addHelpText('after', HELP)
    .action(async (file: string, flags: ReplayFlags) =>
      ended(await (await import('./replay-command.js')).replayCommand(io, file, flags)),
    );
}
