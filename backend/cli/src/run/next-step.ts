import { quoted } from '../text/quoted.js';
import type { Approval, RunFlags } from './run-options.js';
import type { Summary } from './summary.js';

/** What to do next, by what came of the runs; null when there is nothing to say. */
export type NextStep = (summary: Summary) => string | null;

export const nextStep =
  ({ paths, flags }: { paths: readonly string[]; flags: RunFlags }): NextStep =>
  ({ missing, diverged, notPassed, stopped }) => {
    const graphs = paths.map(quoted).join(' ');
    const { cassette } = flags;
    const alike = alikeFlags(flags);
    if (cassette !== undefined && missing > 0)
      return `rehearse run ${graphs}${alike} --cassette ${quoted(cassette)} --mode auto   (records what is missing; not in CI)`;
    if (diverged > 0)
      return `rehearse run ${graphs}${alike} --cassette ${quoted(cassette!)} --mode record   (if the change is meant)`;
    if (cassette !== undefined) return `rehearse replay ${quoted(cassette)}`;
    const [first, second] = notPassed;
    if (second && stopped === null)
      return `rehearse run ${graphs}${alike} --last-failed   (only what did not pass)`;
    if (!first)
      return `rehearse run ${graphs}${alike} --cassette runs.jsonl   (keeps the answers for \`rehearse replay\`)`;
    const only = first.caseId === null ? '' : ` --case ${quoted(first.caseId)}`;
    return `rehearse run ${quoted(first.file)}${only}${alike} --cassette runs.jsonl   (records it for \`rehearse replay\`)`;
  };

/** What makes the runs what they are. */
const alikeFlags = ({ approve = [], seed, chaos }: RunFlags): string =>
  [
    ...approve.map((one) => ` --approve ${quoted(approvalText(one))}`),
    ...(seed === undefined ? [] : [` --seed ${seed}`]),
    ...(chaos === undefined ? [] : [` --chaos ${quoted(chaos)}`]),
  ].join('');

/** As the command line takes it. */
function approvalText({ key, decision, reason, value }: Approval): string {
  const more = value === undefined ? reason : JSON.stringify(value);
  return `${key}=${decision}${more === '' ? '' : `:${more}`}`;
}
