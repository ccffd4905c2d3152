import type { CompileRule } from '../rule.js';
import { HTML_RULES } from './html.js';
import { JSON_PATH_RULES } from './json-path.js';
import { JSON_RULES } from './json.js';
import { SQL_RULES } from './sql.js';
import { XML_RULES } from './xml.js';

/** The structure family. */
export const STRUCTURE_RULES: Readonly<Record<string, CompileRule>> = {
  ...JSON_RULES,
  ...XML_RULES,
  ...HTML_RULES,
  ...SQL_RULES,
  ...JSON_PATH_RULES,
};
