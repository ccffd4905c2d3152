import { LIMITS } from '@rehearse/contracts';
import { formatPath, type Path } from '../path.js';

/** A finding at two offsets of the source. */
export interface YamlProblem {
  code: string;
  message: string;
  path: string;
  start: number;
  end: number;
  suggestion: string;
  /** Of a duplicate: where the first stands. */
  first?: number;
}

export const tooDeep = (start: number, path: Path): YamlProblem => ({
  code: 'yaml/too-deep',
  message: `the document is nested deeper than ${LIMITS.depth} levels`,
  path: formatPath(path),
  start,
  end: start + 1,
  suggestion: 'flatten it',
});
