import { LIMITS } from '@rehearse/contracts';
import { describe, expect, it } from '@jest/globals';
import { compileGraph } from './compile.js';
import type { CompileOptions } from './compile-options.js';
import { folderPath } from './folder-path.js';
import { optionsOf } from './folder.js';
import { folderOf } from './testing/folder-of.js';
import { graphOf, graphText, told } from './testing/told.js';

const ROUTE =
  'providers: {m: {targets: [{provider: mock, script: s}]}}\nmocks: {s: [{reply: {content: hi}}]}\n';
const PROMPT = `${ROUTE}nodes: {a: {type: llm, prompt: {file: prompts/a.md}}}\n`;

describe('a text in a file', () => {
  it('is the prompt, with its templates', () => {
    const graph = graphOf(
      `${ROUTE}nodes:
  a: {type: llm, system: {file: system.md}, messages: [{role: user, content: {file: ./b/../b/one.md}}]}
  c: {type: llm, prompt: {file: c.md}}`,
      folderOf({ 'system.md': 'Be kind.', 'b/one.md': '{{ inputs.q }}', 'c.md': 'So: {{ nodes.a.text }}' }),
    );
    const [a, c] = graph.nodes;
    expect(a).toMatchObject({ prompt: [{ role: 'system' }, { role: 'user' }] });
    expect(c).toMatchObject({ needs: ['a'] });
    expect(graph.enclosures.files).toEqual({
      ...{ 'system.md': 'Be kind.', 'b/one.md': '{{ inputs.q }}', 'c.md': 'So: {{ nodes.a.text }}' },
    });
  });

  it('is told of with its line when it is wrong', () => {
    const folder = folderOf({ 'prompts/a.md': 'fine\n\n{{ nodes.b.output }} {{ 1 + }}' });
    expect(told(graphText(PROMPT), /./, folder)).toMatchInlineSnapshot(
      `"6:39-51 expression/syntax nodes.a.prompt.file: prompts/a.md, line 3: unexpected token: the end (complete the CEL expression, as in nodes.a.output == "x")"`,
    );
    const unknown = folderOf({ 'prompts/a.md': 'fine\n{{ nodes.b.output }}' });
    expect(told(graphText(PROMPT), /./, unknown)).toMatchInlineSnapshot(
      `"6:39-51 graph/unknown-node nodes.a.prompt.file: prompts/a.md, line 2: there is no node \`b\` (did you mean \`a\`?)"`,
    );
  });

  it('counts in both digests, and a graph without files keeps its own', () => {
    const first = graphOf(PROMPT, folderOf({ 'prompts/a.md': 'one' }));
    const second = graphOf(PROMPT, folderOf({ 'prompts/a.md': 'two' }));
    expect(second.digest).not.toBe(first.digest);
    expect(second.sourceDigest).not.toBe(first.sourceDigest);
    const plain = `${ROUTE}nodes: {a: {type: llm, prompt: one}}`;
    expect(graphOf(plain, folderOf({})).digest).toBe(graphOf(plain).digest);
    expect(graphOf(plain, folderOf({})).sourceDigest).toBe(graphOf(plain).sourceDigest);
  });

  it('travels with the graph: it compiles again from what it encloses, to the same digest', () => {
    const graph = graphOf(PROMPT, folderOf({ 'prompts/a.md': '\uFEFFone' }));
    const again = compileGraph(graph.source, optionsOf(graph.enclosures));
    expect(again).toMatchObject({
      ok: true,
      graph: { digest: graph.digest, sourceDigest: graph.sourceDigest },
    });
  });

  const tooLarge = 'x'.repeat(LIMITS.fileBytes + 1);
  it.each<[string, CompileOptions]>([
    ['the graph came alone', {}],
    ['it is not there', folderOf({})],
    ['it is too large', folderOf({ 'prompts/a.md': tooLarge })],
    ['it is no text', folderOf({ 'prompts/a.md': 'a\0b' })],
  ])('is refused at its place when %s', (_, options) => {
    expect(told(graphText(PROMPT), /./, options)).toMatchSnapshot();
  });

  it.each(['/etc/passwd', '../secret.md', 'a/../../secret.md', 'C:/secret.md', 'a\\\\b.md', '.', 'a/..'])(
    'is refused outside of the folder: %s',
    (path) => {
      const text = graphText(`${ROUTE}nodes: {a: {type: llm, prompt: {file: "${path}"}}}`);
      expect(told(text, /./, { files: () => ({ ok: true, text: 'read' }) })).toMatch(/graph\/file-outside/);
    },
  );

  it('is refused when the files have too much together', () => {
    const parts = Array.from({ length: 6 }, (_, i) => `  n${i}: {type: llm, prompt: {file: ${i}.md}}`);
    const text = graphText(`${ROUTE}nodes:\n${parts.join('\n')}`);
    const files = { files: () => ({ ok: true as const, text: 'x'.repeat(9 * 1_048_576) }) };
    expect(told(text, /./, files)).toMatchInlineSnapshot(
      `"12:34-38 graph/file-too-large nodes.n5.prompt.file: with 5.md the files of the graph have more than 50 MiB together (split the file)"`,
    );
  });
});

describe('a path within a folder', () => {
  it('has one form', () => {
    expect(['a', './a', 'a/b', 'b/../a', 'a//b/.'].map(folderPath)).toEqual(['a', 'a', 'a/b', 'a', 'a/b']);
  });
});

describe('a role', () => {
  it('comes before the system prompt of the node', () => {
    const graph = graphOf(`${ROUTE}nodes: {a: {type: llm, role: developer, system: Be brief., prompt: x}}`);
    const [node] = graph.nodes;
    const parts = node?.type === 'llm' ? node.prompt : [];
    expect(parts.map(({ role, template }) => [role, template.source.split('.')[0]])).toEqual([
      ['system', 'You are a software developer'],
      ['system', 'Be brief'],
      ['user', 'x'],
    ]);
  });

  it('may be a persona that stands beside the graph, braces and all', () => {
    const personas = (name: string) =>
      name === 'own' ? { ok: true as const, persona: { goal: 'x', system: 'Say {{ this }}.' } } : undefined;
    const graph = graphOf(`${ROUTE}nodes: {a: {type: llm, role: own, prompt: x}}`, { personas });
    const [node] = graph.nodes;
    const [first] = node?.type === 'llm' ? node.prompt : [];
    expect(first?.template.render({})).toMatchObject({ ok: true, text: 'Say {{ this }}.' });
    expect(graph.enclosures.personas).toHaveProperty('own');
  });

  it('must be there', () => {
    expect(
      told(graphText(`${ROUTE}nodes: {a: {type: llm, role: devloper, prompt: x}}`)),
    ).toMatchInlineSnapshot(
      `"6:30-38 graph/unknown-persona nodes.a.role: there is no persona \`devloper\` (did you mean \`developer\`?)"`,
    );
  });
});
