import type { Json } from '@rehearse/contracts';
import type { HumanOutcome, HumanRequest, Ports } from '@rehearse/engine';
import type { Io } from '../io.js';
import { paintFor } from '../text/paint.js';
import { indent, printable } from '../text/printable.js';
import { approvalFor } from './human-nodes.js';
import { linesOf, type Lines } from './lines.js';
import type { Approval } from './run-options.js';

/** Who decides at the human nodes of the runs: what `--approve` says, else the person at the terminal, else nobody. */
export interface People {
  /** For a run, of which `run` tells the name. */
  humanOf(run: () => string): Ports['human'];
  /** Lets go of the terminal. */
  close(): void;
}

export function peopleFor(io: Io, approvals: readonly Approval[]): People {
  const isThere = () => io.stderr.isTTY === true && io.stdin.isTTY === true;
  let lines: Lines | null = null;
  let before: Promise<unknown> = Promise.resolve();
  return {
    humanOf: (run) => ({
      ask(request, { key, signal }) {
        const decided = approvalFor(approvals, key);
        if (decided) return Promise.resolve(outcomeOf(decided));
        if (!isThere()) return Promise.resolve(null);
        lines ??= linesOf(io);
        const asking = { io, lines, request, where: `${run()}: ${key}` };
        // One question at a time: several runs may wait.
        const answer = before.then(() => (signal.aborted ? null : question(asking)));
        before = answer.catch(() => {});
        return answer;
      },
    }),
    close: () => lines?.close(),
  };
}

const outcomeOf = ({ decision, reason, value }: Approval): HumanOutcome => ({
  ...{ decision, by: 'command line', reason },
  ...(value !== undefined && { value: value as Json }),
});

interface Asking {
  io: Io;
  lines: Lines;
  request: HumanRequest;
  where: string;
}

/** Null when the person says no more. */
async function question({ io, lines, request, where }: Asking): Promise<HumanOutcome | null> {
  const paint = paintFor(io.stderr, io);
  const say = (text: string) => void io.stderr.write(text);
  say(`\n${paint('bold', printable(where))} waits for a decision\n${indent(printable(request.prompt), 2)}\n`);
  if (request.form) say(`${paint('dim', `  form ${JSON.stringify(request.form)}`)}\n`);
  for (;;) {
    say(`${paint('cyan', 'approve [reason], reject [reason] or modify <JSON>')} > `);
    const line = await lines.next();
    if (line === null) return null;
    const made = decisionIn(line);
    if ('decision' in made) return made;
    say(`${made.problem}\n`);
  }
}

/** `approve`, `reject too risky`, `modify {"total": 3}`; the first letter is enough. */
export function decisionIn(line: string): HumanOutcome | { problem: string } {
  const [, word = '', rest = ''] = /^\s*(\S+)\s*(.*?)\s*$/s.exec(line) ?? [];
  const decision = (['approve', 'reject', 'modify'] as const).find(
    (known) => word !== '' && known.startsWith(word.toLowerCase()),
  );
  if (!decision) return { problem: 'That is none of the three.' };
  const by = 'terminal';
  if (decision !== 'modify') return { decision, by, reason: rest };
  try {
    return { decision, by, reason: '', value: JSON.parse(rest) as Json };
  } catch {
    return { problem: 'After modify stands the value as JSON.' };
  }
}
