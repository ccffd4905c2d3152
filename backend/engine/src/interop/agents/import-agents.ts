import type { Json, JsonObject } from '@rehearse/contracts';
import { importedGraph, type GraphImport } from '../imported-graph.js';
import { slugs } from '../slugs.js';
import { type ImportFiles, isMapping, Sources } from '../sources.js';
import { agentGraph, isAgent } from './agent-graph.js';
import { secretsIn, withoutSecrets } from './secrets.js';

/**
 * Agent configs of version 1, in JSON or YAML, as a graph each. A file that cannot be read, or holds no agent, is noted as
 * lost and the rest goes on. Never throws; no secret of a config is in what it answers.
 */
export function importAgents({
  paths,
  files,
}: {
  paths: readonly string[];
  files: ImportFiles;
}): GraphImport {
  const sources = new Sources(files);
  const found = paths.flatMap((file) => agentsIn(file, sources).map((agent) => ({ agent, file })));
  const names = slugs(
    found.map(({ agent, file }) => (typeof agent['name'] === 'string' ? agent['name'] : stem(file))),
  );
  const graphs = found.map(({ agent, file }, index) =>
    importedGraph(agentGraph(agent, { name: names[index]!, file, sources })),
  );
  const secrets = found.flatMap(({ agent }) => secretsIn(agent));
  const notes = sources.notes.map((note) => ({ ...note, message: withoutSecrets(note.message, secrets) }));
  if (graphs.length > 0) return { ok: true, graphs, notes };
  const message =
    paths.length === 0 ? 'there is no .json or .yaml file' : 'none of the files holds the config of an agent';
  const suggestion = 'an agent has a `name` and a `system_prompt`';
  return { ok: false, problems: [{ code: 'import/not-usable', path: '', message, suggestion }], notes };
}

/** A file holds one agent, a list of them, or a list under `agents`. */
function agentsIn(file: string, sources: Sources): JsonObject[] {
  const at = { file, path: '' };
  const document = sources.document(file, at);
  if (document === undefined) return [];
  const list = isMapping(document) && Array.isArray(document['agents']) ? document['agents'] : document;
  if (!Array.isArray(list)) return agentOr(list, () => sources.lost(at, `${file} is no config of an agent`));
  if (list.length === 0) sources.lost(at, `${file} holds no config of an agent`);
  return list.flatMap((entry, index) =>
    agentOr(entry, () => sources.lost([list, index], 'this entry is no config of an agent')),
  );
}

function agentOr(value: Json, otherwise: () => void): JsonObject[] {
  if (isAgent(value)) return [value];
  otherwise();
  return [];
}

const stem = (file: string): string =>
  file
    .split('/')
    .at(-1)!
    .replace(/\.(ya?ml|json)$/i, '');
