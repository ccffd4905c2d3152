import { importPromptfoo } from '../promptfoo/import-promptfoo.js';
import { folder } from './folder.js';

export const MAIN = 'promptfooconfig.yaml';
export const CONFIG = "prompts: ['{{ question }}']\nproviders: [echo]\n";

/** What comes of a config: its graphs as YAML, and a line for each note. */
export function imported(config: string, files: Readonly<Record<string, string>> = {}): string {
  const made = importPromptfoo({ file: MAIN, files: folder({ ...files, [MAIN]: config }) });
  const notes = made.notes.map(
    ({ kind, file, line, path, message }) => `${kind} ${file}:${line} ${path}: ${message}`,
  );
  if (!made.ok)
    return [
      ...made.problems.map(({ code, line, message }) => `${code} ${line ?? ''} ${message}`),
      ...notes,
    ].join('\n');
  const errors = made.graphs.flatMap((graph) =>
    graph.errors.map(({ line, code, message }) => `error ${line} ${code} ${message}`),
  );
  return [...made.graphs.map(({ yaml }) => yaml), ...errors, ...notes].join('\n');
}

/** The same, without the lines of the graph that stand in every one of their tests. */
export const assertions = (written: string, files: Readonly<Record<string, string>> = {}): string =>
  imported(`${CONFIG}tests:\n  - vars: { question: tea }\n    assert:\n${written}`, files)
    .split(/(?<=\n)(?=cases:)/)
    .at(-1)!;

/** What comes of the tests of a config: who is asked what, and the notes. */
export function casesOf(tests: string, providers = '[echo]') {
  const text = imported(`prompts: ['{{ question }}']\nproviders: ${providers}\n${tests}`);
  const graphs = text
    .split(/^(?=apiVersion)/m)
    .map((graph) => graph.replace(/^(apiVersion|kind|inputs|  (type|required|properties)).*\n/gm, ''))
    .join('');
  return { graphs, cases: graphs.slice(graphs.search(/^(assert|cases):/m)) };
}
