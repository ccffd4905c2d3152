import { describe, expect, it } from '@jest/globals';
import { commandLine } from '@rehearse/testkit';
import { main } from './main.js';
import { LATER_COMMANDS } from './not-released.js';

const rehearse = commandLine(main, { cwd: import.meta.dirname });

describe('the command line', () => {
  it('lists what it can do, and what the exit codes mean', async () => {
    const { code, out } = await rehearse(['--help']);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "Usage: rehearse [options] [command]

      A lab for the behaviour of AI agents: run graphs, replay them bit for bit, find what changed.

      Options:
        -V, --version                       print the version
        -h, --help                          show this help

      Commands:
        run [options] [graph.yaml...]       Run graphs in this process, without a server: every case,
                                            every repeat.
        replay [options] <cassette>         Replay recorded runs: strictly and offline, judged anew, with
                                            another graph, forked, or broken.
        attribute [options] <experiment>    Say by whom verdicts vary: judge, model, tools or environment.
        diff [options] <a> <b>              Compare recorded runs step by step: the first divergence,
                                            texts by words, flipped checks.
        cassette                            Look into cassettes, merge them, prune them.
        validate [options] <graph.yaml...>  Check graphs, personas and suites, and tell everything that is
                                            wrong, with line and column.
        new [options] [name]                Write a graph: from a description, from a list of nodes, or
                                            from a recorded run.
        import                              Bring in what was made elsewhere.
        start [options]                     Start server, worker and studio in one process, on the
                                            embedded database.
        worker [options]                    Drive runs of the database that DATABASE_URL names, beside the
                                            servers and workers on it.
        migrate                             Bring the database up to this version: DATABASE_URL, else the
                                            embedded one.
        load [options]                      Put load on a running server: runs, viewers and reads of many
                                            users at once.
        doctor [options]                    Say what is missing on this machine and how to get it.
        help [command...]                   say more about a command

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

      "
    `);
  });

  it('shows the help when it is called with nothing', async () => {
    expect((await rehearse([])).out).toBe((await rehearse(['--help'])).out);
  });

  it.each([['run'], ['replay'], ['validate'], ['import'], ['start'], ['worker'], ['migrate'], ['doctor']])(
    'explains the command %s',
    async (command) => {
      const { code, out } = await rehearse([command, '--help']);
      expect(code).toBe(0);
      expect(out).toContain(`Usage: rehearse ${command}`);
    },
  );

  it('explains a command by `help`, also one in a group, and says which it does not know', async () => {
    expect((await rehearse(['help', 'cassette', 'merge'])).out).toContain('Usage: rehearse cassette merge');
    expect((await rehearse(['help'])).out).toBe((await rehearse(['--help'])).out);
    expect(await rehearse(['help', 'cassette', 'bogus'])).toEqual({
      ...{ code: 2, out: '' },
      err: "error unknown command 'bogus'\n(`rehearse help` lists them)\n",
    });
  });

  it('explains every option of run that works, and none that does not', async () => {
    const { out } = await rehearse(['run', '--help']);
    expect(out).toMatchInlineSnapshot(`
      "Usage: rehearse run [options] <graph.yaml...>

      Run graphs in this process, without a server: every case, every repeat.

      Arguments:
        graph.yaml                files, suites, folders (their graphs) or patterns; - for standard input

      Options:
        --case <id...>            only these cases
        --filter <text>           only graphs and cases of this name (* is any text), or label=value
        --repeat <n>              repeats of each case, in place of its own; all have to pass
        --seed <n>                the seed of the first repeat, in place of the case’s own
        --concurrency <n>         how many runs at once (default: 8)
        --offline                 mock targets only, so that nothing is spent
        --live                    tools make their real calls, also those that have a mock
        --allow-command <name>    a program that agents may start; repeatable
        --chaos <profile>         inject the faults of this profile of the graph
        --with-clean              with --chaos: make each run without faults too, to tell what they cost
        --approve <key=decision>  decide for a human node: approve, reject:<reason> or modify:<JSON>;
                                  repeatable
        --last-failed             only the cases that did not pass the last time; all when none is known
        --fail-fast               stop at the first case that does not pass
        --max-failures <n>        stop when that many cases did not pass
        --watch                   run again whenever a graph or a file that it reads changes
        --cassette <file>         where recordings are kept
        --mode <mode>             with --cassette: auto replays what is recorded and records the rest (not
                                  in CI) (choices: "auto", "record", "replay")
        --reporter <name[=file]>  how to report: spec, json, junit, sarif, html, github; repeatable, each
                                  to a file of its own (default: spec)
        --output <file>           write the report there; standard output then gets the spec report
        --quiet                   show only what did not pass, and the totals
        -h, --help                show this help

      A case passes when all its repeats pass, or as many as its \`minPass\` says.

      Examples:
        rehearse run hello.yaml
        rehearse run graphs/ --filter refund --repeat 5
        rehearse run hello.yaml --cassette hello.jsonl --mode record
        rehearse run graphs/ --reporter junit --output report.xml
        rehearse run graphs/ --reporter spec --reporter junit=r.xml --reporter html=r.html
        rehearse run graphs/ --last-failed --watch
        rehearse run refund.yaml --approve 'review=reject:too much'
      "
    `);
  });

  it('tells its version', async () => {
    expect(await rehearse(['--version'])).toEqual({ code: 0, out: '0.1.0\n', err: '' });
  });

  it.each(LATER_COMMANDS.map((name) => [name]))('says that %s %s is not in this release', async (...argv) => {
    const words = argv.filter((word) => typeof word === 'string');
    const { code, out, err } = await rehearse(words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`\`rehearse ${words.join(' ')}\` is not in this release (cli/not-released)`);
  });

  it('suggests the command that was mistyped', async () => {
    expect(await rehearse(['rum', 'hello.yaml'])).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error unknown command 'rum'
      (Did you mean run?)
      ",
        "out": "",
      }
    `);
  });

  it('refuses an option that it does not know, and one that lacks its value', async () => {
    expect(await rehearse(['run', 'hello.yaml', '--sed', '3'])).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error unknown option '--sed'
      (Did you mean --seed?)
      ",
        "out": "",
      }
    `);
    expect(await rehearse(['run', 'hello.yaml', '--seed', '-1'])).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error option '--seed <n>' argument '-1' is invalid. It is a whole number from 0 to 4294967295.
      ",
        "out": "",
      }
    `);
    expect(await rehearse(['run'])).toMatchInlineSnapshot(`
      {
        "code": 2,
        "err": "error which graphs are to run? (cli/no-graphs-given)
      help  Name files, folders or patterns, as in \`rehearse run hello.yaml\`.
      ",
        "out": "",
      }
    `);
  });

  it('ends with 1 and asks for a report when it breaks', async () => {
    const broken = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('the wire is cut')) }),
    };
    const told: string[] = [];
    const stream = { write: (text: string) => told.push(text) };
    const io = { stdout: stream, stderr: stream, stdin: broken, env: {}, cwd: '.' };
    expect(await main(['validate', '-'], io)).toBe(1);
    expect(told.join('')).toMatch(/^crash Error: the wire is cut\n[^]*please report it/);
  });
});
