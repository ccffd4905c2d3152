import type { JsonObject, LlmNode } from '@rehearse/contracts';
import { importedGraph, type GraphImport, type ImportedGraph } from '../imported-graph.js';
import type { ImportProblem } from '../recording.js';
import { slugs } from '../slugs.js';
import { type ImportFiles, isMapping, Sources } from '../sources.js';
import { affixesOf, withAffixes } from './affixes.js';
import { Assertions, EMBEDDING, JUDGE } from './assertions.js';
import { readCases } from './cases.js';
import { checkConfig, CONFIG_KEYS } from './config-keys.js';
import { askedOf, documentOf, isMeant, type Draft } from './document.js';
import { folderOf } from './file-paths.js';
import { type Prompt, readPrompts } from './prompts.js';
import { Providers } from './providers.js';
import { Templates } from './templates.js';
import { readTests } from './tests.js';

/**
 * A config of promptfoo as graphs, one for each prompt; its providers are routes, and several of them a matrix. What has
 * no counterpart is noted. Never throws. `file` is the path of the config among the files.
 */
export function importPromptfoo({ file, files }: { file: string; files: ImportFiles }): GraphImport {
  const sources = new Sources(files);
  const read = files.read(file);
  const config = read.ok ? sources.main(read.text, file) : undefined;
  const problems = read.ok ? sources.problems : [problem(`${file} cannot be read: ${read.message}`)];
  if (config === undefined) return { ok: false, problems, notes: [] };
  if (!isMapping(config) || !CONFIG_KEYS.some((key) => key in config))
    return { ok: false, problems: [problem(`${file} is no config of promptfoo`)], notes: [] };
  const graphs = graphsOf(config, { sources, file });
  if (graphs.length > 0) return { ok: true, graphs, notes: sources.notes };
  return {
    ok: false,
    problems: [problem(`nothing of ${file} can be used: no prompt came over`)],
    notes: sources.notes,
  };
}

const problem = (message: string): ImportProblem => ({
  ...{ code: 'import/not-usable', path: '', message },
  suggestion: 'give a promptfooconfig.yaml; one that is a program can be written out as YAML first',
});

function graphsOf(root: JsonObject, { sources, file }: { sources: Sources; file: string }): ImportedGraph[] {
  const folder = folderOf(file);
  const templates = new Templates(sources);
  const routes = new Providers(sources, folder, templates);
  checkConfig(root, sources);
  const providers = routes.list(root);
  const around = { sources, templates, providers: routes, folder };
  const shared = sharedTemplates(root);
  const assertions = new Assertions({ ...around, shared });
  const tests = readTests(root, sources, folder);
  const read = readCases(tests, { ...around, assertions });
  addAsked(assertions, { routes, root, sources });
  const affixes = affixesOf(tests, sources);
  const prompts = readPrompts(root, sources, folder).map((one) => withAffixes(one, affixes, sources));
  const name = typeof root['description'] === 'string' ? root['description'] : nameOf(file);
  const config = { root, providers, routes, ...read, templates, sources, isAlone: prompts.length === 1 };
  const drafts = prompts.flatMap((prompt) => {
    const node = nodeOf(prompt, templates);
    return askedOf(config, prompt).map((asked): Draft => ({ prompt, node, ...asked }));
  });
  for (const { case: one, at, prompts: only } of read.cases)
    if (only && !prompts.some((prompt) => isMeant(prompt, only)))
      sources.lost(at, `the test \`${one.id}\` means no prompt of the config: ${only.join(', ')}`);
  for (const { case: one, at } of read.cases) templates.notePrinted(one.vars ?? {}, at);
  const names = slugs(drafts.map((draft) => [name, ...partsOf(draft, config.isAlone)].join(' ')));
  return drafts.map((draft, index) => importedGraph(documentOf(config, { ...draft, name: names[index]! })));
}

/** What tells a graph from the others of its config. */
const partsOf = ({ prompt, asked, isOwn }: Draft, isAlone: boolean): string[] => [
  ...(isAlone ? [] : [shortLabel(prompt)]),
  ...(isOwn || asked[0]?.http ? asked.map(({ names: [name] }) => name!.replace(/^https?:\/\//, '')) : []),
];

const sharedTemplates = (root: JsonObject): JsonObject =>
  isMapping(root['assertionTemplates']) ? root['assertionTemplates'] : {};

/** Of a file its name, without folder and ending. */
const shortLabel = ({ label }: Prompt): string =>
  label.replace(/^\S*\//, '').replace(/\.(txt|md|j2|json|jsonl|ya?ml)(?=-\d+$|$)/, '');

/** A file `promptfooconfig.yaml` says nothing of its content; its folder may. */
const nameOf = (file: string): string =>
  file
    .split('/')
    .slice(-2)
    .map((part) => part.replace(/\.(ya?ml|json)$/i, ''))
    .filter((part) => !/^promptfoo-?config$/i.test(part))
    .at(-1) ?? 'promptfoo';

/** The models that promptfoo 0.123 asks when nobody says which. */
const GRADER = 'gpt-5.6-sol';
const EMBEDDER = 'text-embedding-3-large';

function addAsked({ needsJudge, needsEmbedding }: Assertions, { routes, root, sources }: Asked): void {
  const add = (route: string, model: string, what: string) => {
    routes.routes[route] ??= { targets: [{ provider: 'openai', model }] };
    sources.changed(
      [root],
      `${what} ask the route \`${route}\` (openai, ${model}), as promptfoo does by default`,
    );
  };
  if (needsJudge) add(JUDGE, GRADER, 'assertions that a model grades');
  if (needsEmbedding) add(EMBEDDING, EMBEDDER, 'assertions that compare embeddings');
}

interface Asked {
  routes: Providers;
  root: JsonObject;
  sources: Sources;
}

function nodeOf(prompt: Prompt, templates: Templates): LlmNode {
  const text = (source: string) => {
    const converted = templates.convert(source, prompt.at);
    // What could not be converted is noted; it stands as a text, so that a person can mend it.
    return converted ?? source.replaceAll('{{', '{{ "{{" }}');
  };
  if (prompt.text !== undefined) return { type: 'llm', prompt: text(prompt.text) };
  return {
    type: 'llm',
    messages: prompt.messages!.map(({ role, content }) => ({ role, content: text(content) })),
  };
}
