import type { RunFlags } from './run-options.js';
import type { Summary } from './summary.js';

/** What to do next, by what came of the runs; null when there is nothing to say. */
export type NextStep = (summary: Summary) => string | null;

export const nextStep =
  ({ paths, flags }: { paths: readonly string[]; flags: RunFlags }): NextStep =>
  ({ missing, diverged, notPassed, stopped }) => {
    const graphs = paths.map(quoted).join(' ');
    const { cassette } = flags;
    if (cassette !== undefined && missing > 0)
      return `rehearse run ${graphs} --cassette ${quoted(cassette)} --mode auto   (records what is missing; not in CI)`;
    if (diverged > 0)
      return `rehearse run ${graphs} --cassette ${quoted(cassette!)} --mode record   (if the change is meant)`;
    if (cassette !== undefined) return `rehearse replay ${quoted(cassette)}`;
    const [first, second] = notPassed;
    if (second && stopped === null) return `rehearse run ${graphs} --last-failed   (only what did not pass)`;
    if (!first)
      return `rehearse run ${graphs} --cassette runs.jsonl   (keeps the answers for \`rehearse replay\`)`;
    const only = first.caseId === null ? '' : ` --case ${quoted(first.caseId)}`;
    return `rehearse run ${quoted(first.file)}${only} --cassette runs.jsonl   (records it for \`rehearse replay\`)`;
  };

/** As a shell takes it. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
