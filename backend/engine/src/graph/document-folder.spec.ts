import { describe, expect, it } from '@jest/globals';
import { DocumentFolder } from './document-folder.js';
import { checkDocument } from './documents.js';

const head = (kind: string, name: string) => `apiVersion: rehearse/v1\nkind: ${kind}\nname: ${name}\n`;
const graph = (name: string, nodes = '{a: {type: transform, value: "1"}}') =>
  `${head('Graph', name)}nodes: ${nodes}\n`;

/** What is told of a document in a folder with these files. */
function told(file: string, files: Record<string, string>): string[] {
  const folder = new DocumentFolder({
    read: (path) =>
      Object.hasOwn(files, path)
        ? { ok: true, text: files[path]! }
        : { ok: false, code: 'graph/file-missing', message: `there is no file ${path}` },
    documents: () => Object.keys(files),
  });
  return checkDocument(files[file]!, folder.options()).diagnostics.map(
    ({ line, column, code, message, suggestion }) => `${line}:${column} ${code} ${message} (${suggestion})`,
  );
}

describe('a folder of documents', () => {
  const persona = (goal: string) => `${head('Persona', 'ann')}goal: ${goal}\n`;
  const asking = `{a: {type: agent, role: ann, prompt: x}, d: {type: agent},
  c: {type: conversation, agent: d, persona: ann}, g: {type: graph, graph: two}}
providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}}]}`;

  it('does not choose between two documents of one name, where the name is used', () => {
    const files = {
      'a.yaml': graph('one', asking),
      ...{
        'ann.yaml': persona('x'),
        'ann2.yaml': persona('y'),
        'b.yaml': graph('two'),
        'c.yaml': graph('two'),
      },
      'suite.yaml': `${head('Suite', 'all')}graphs: [two, b.yaml]\n`,
    };
    expect(told('a.yaml', files)).toMatchInlineSnapshot(`
      [
        "4:32 graph/ambiguous-name ann.yaml and ann2.yaml have the same name \`ann\` (rename one of them)",
        "5:46 graph/ambiguous-name ann.yaml and ann2.yaml have the same name \`ann\` (rename one of them)",
        "5:76 graph/ambiguous-name b.yaml and c.yaml have the same name \`two\` (rename one of them, or give its path)",
      ]
    `);
    expect(told('suite.yaml', files)).toMatchInlineSnapshot(`
      [
        "4:10 graph/ambiguous-name b.yaml and c.yaml have the same name \`two\` (give the path of the one that is meant)",
      ]
    `);
    expect(told('b.yaml', files)).toEqual([]);
  });

  it('holds no graph that contains itself, by name or by path', () => {
    const within = (name: string, reference: string) =>
      graph(name, `{n: {type: graph, graph: ${reference}}}`);
    const files = {
      'self.yaml': within('self', 'self'),
      'path.yaml': within('path', 'path.yaml'),
      'm1.yaml': within('m1', 'm2.yaml'),
      'm2.yaml': `\uFEFF${within('m2', './m1.yaml')}`,
    };
    expect(Object.keys(files).flatMap((file) => told(file, files))).toMatchInlineSnapshot(`
      [
        "4:33 graph/cycle self -> self: a graph cannot contain itself (remove the reference)",
        "4:33 graph/cycle path -> path.yaml: a graph cannot contain itself (remove the reference)",
        "4:33 graph/invalid-graph the graph \`m2.yaml\` has errors: m1 -> m2 -> ./m1.yaml: a graph cannot contain itself (line 4) (mend that graph first)",
        "4:33 graph/invalid-graph the graph \`./m1.yaml\` has errors: m2 -> m1 -> m2.yaml: a graph cannot contain itself (line 4) (mend that graph first)",
      ]
    `);
  });
});
