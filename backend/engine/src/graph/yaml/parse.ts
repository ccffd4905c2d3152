import { LIMITS } from '@rehearse/contracts';
import { parseEvents, YAMLException } from 'js-yaml';
import { utf8Length } from '../utf8-length.js';
import { TreeBuilder, type YamlOptions } from './build.js';
import { tooDeep, type YamlProblem } from './problem.js';
import type { YamlNode } from './tree.js';

/** The parser counts the scalars and keys inside a collection as one level, and tries some twice. */
const PARSER_DEPTH = LIMITS.depth + 4;

/** Parses one YAML 1.2 document; answers all that is wrong with it. `root` is null when nothing could be read. Never throws. */
export function parseYaml(
  source: string,
  options: YamlOptions = {},
): { root: YamlNode | null; problems: YamlProblem[] } {
  const tooLarge = checkSize(source);
  if (tooLarge) return { root: null, problems: [tooLarge] };
  try {
    const events = parseEvents(source, { maxDepth: PARSER_DEPTH });
    return events.length === 0
      ? { root: null, problems: [empty(source)] }
      : new TreeBuilder(source, events, options).build();
  } catch (error) {
    return { root: null, problems: [syntaxProblem(error, source)] };
  }
}

function checkSize(source: string): YamlProblem | undefined {
  const bytes = source.length > LIMITS.documentBytes ? source.length : utf8Length(source);
  if (bytes <= LIMITS.documentBytes) return undefined;
  return problem({
    code: 'yaml/too-large',
    message: `the document has more than ${LIMITS.documentBytes} bytes (1 MiB)`,
    suggestion: 'move cases into a data set, or split the graph',
  });
}

const empty = (source: string): YamlProblem =>
  problem({
    code: 'yaml/empty',
    message: 'the document is empty',
    end: source.length === 0 ? 0 : 1,
    suggestion: 'begin with `apiVersion: rehearse/v1`, `kind: Graph` and a `name`',
  });

function syntaxProblem(error: unknown, source: string): YamlProblem {
  if (!(error instanceof YAMLException)) throw error;
  const start = Math.min(error.mark?.position ?? 0, source.length);
  if (error.reason.startsWith('nesting exceeded')) return tooDeep(start, []);
  const suggestion = suggestionFor(error.reason, source, start);
  return problem({ code: 'yaml/syntax', message: error.reason, start, end: start + 1, suggestion });
}

function suggestionFor(reason: string, source: string, start: number): string {
  if (source[start] === '\t' || reason.includes('tab characters')) return 'indent with spaces';
  if (reason.includes('non-printable') || reason.includes('null byte')) return 'remove the control character';
  if (reason.includes('quoted scalar')) return 'close the quotation mark';
  if (reason.includes('flow collection')) return 'close the bracket or brace';
  if (/multiline key|expected ':'/.test(reason)) return 'write `key: value`, with a space behind the colon';
  if (reason.includes('mapping entry')) return 'align the keys; quote a value that holds `: ` or ` #`';
  if (reason.includes('deficient indentation'))
    return 'close the quote, bracket or brace that is open here, or indent what it holds';
  if (reason.includes('indentation')) return 'align it with its neighbours';
  return 'mend the YAML at this place';
}

const problem = (
  found: Pick<YamlProblem, 'code' | 'message' | 'suggestion'> & Partial<YamlProblem>,
): YamlProblem => ({
  path: '',
  start: 0,
  end: 0,
  ...found,
});
