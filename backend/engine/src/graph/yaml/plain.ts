import type { Json } from '@rehearse/contracts';
import { Findings } from '../findings.js';
import { LocatedDocument } from '../located.js';
import { Lines } from './lines.js';
import { readYaml } from './read.js';

/** A YAML document that is no graph, within the same limits; or the first thing that is wrong with it. */
export function plainYaml(text: string): { ok: true; value: Json } | { ok: false; message: string } {
  const findings = new Findings(new Lines(text.replace(/^\uFEFF/, '')));
  const root = readYaml(findings);
  const [wrong] = findings.all().filter(({ severity }) => severity === 'error');
  if (wrong) return { ok: false, message: `line ${wrong.line}, column ${wrong.column}: ${wrong.message}` };
  return { ok: true, value: root && new LocatedDocument(root).root };
}
