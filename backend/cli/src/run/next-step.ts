import type { RunFlags } from './run-options.js';
import type { Summary } from './summary.js';

/** What to do next, by what came of the runs; null when there is nothing to say. */
export type NextStep = (summary: Summary) => string | null;

export const nextStep =
  ({ paths, flags }: { paths: readonly string[]; flags: RunFlags }): NextStep =>
  (summary) => {
    const graphs = paths.map(quoted).join(' ');
    const { cassette } = flags;
    const results = summary.cases.flatMap((one) => one.results);
    if (cassette !== undefined && results.some(({ error }) => error?.code === 'cassette/missing'))
      return `rehearse run ${graphs} --cassette ${quoted(cassette)} --mode auto   (records what is missing; not in CI)`;
    if (summary.diverged > 0)
      return `rehearse run ${graphs} --cassette ${quoted(cassette!)} --mode record   (if the change is meant)`;
    if (cassette !== undefined) return `rehearse replay ${quoted(cassette)}`;
    const failed = summary.cases.find(({ verdict }) => verdict !== 'passed')?.results[0]?.task;
    if (!failed)
      return `rehearse run ${graphs} --cassette runs.jsonl   (keeps the answers for \`rehearse replay\`)`;
    const only = failed.caseId === null ? '' : ` --case ${failed.caseId}`;
    return `rehearse run ${quoted(failed.loaded.file)}${only} --cassette runs.jsonl   (records it for \`rehearse replay\`)`;
  };

/** As a shell takes it. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
