import type { Findings } from '../findings.js';
import { parseYaml } from './parse.js';
import type { YamlNode } from './tree.js';

/** Parses the text that the findings are about; what is wrong with it is reported. */
export function readYaml(findings: Findings): YamlNode | null {
  const { lines } = findings;
  const { root, problems } = parseYaml(lines.source);
  for (const { first, ...problem } of problems) {
    const line = first === undefined ? undefined : lines.range(first, first).line;
    const message = line === undefined ? problem.message : `${problem.message}, first on line ${line}`;
    findings.add({ ...problem, message });
  }
  return root;
}
