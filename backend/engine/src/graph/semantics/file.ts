import type { FileProblem } from '../compile-options.js';
import type { Compilation } from './compilation.js';

/** How to mend each. */
export const FILE_REMEDIES: Readonly<Record<FileProblem, string>> = {
  'graph/file-unavailable': 'give the whole folder, or a zip of it; or write the text here',
  'graph/file-missing': 'paths start at the folder of the graph',
  'graph/file-outside': 'put the file beside the graph, or below',
  'graph/file-too-large': 'split the file',
  'graph/file-not-text': 'save it as UTF-8',
};

/** The text of a file that a member names; undefined, and reported there, when it cannot be read. */
export function fileAt(
  c: Compilation,
  [container, member]: readonly [object, string],
  path: string,
): string | undefined {
  const answer = c.options.files?.(path);
  if (answer?.ok) return answer.text;
  const { code, message } = answer ?? {
    code: 'graph/file-unavailable' as const,
    message: `${path} cannot be read`,
  };
  return void c.report(container, member, { code, message, suggestion: FILE_REMEDIES[code] });
}
