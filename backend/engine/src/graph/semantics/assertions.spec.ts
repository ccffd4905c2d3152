import { describe, expect, it } from '@jest/globals';
import { compileGraph } from '../compile.js';
import { graphText, told } from '../testing/told.js';

const ROUTES = `providers:
  main: {targets: [{provider: mock, script: s}]}
  strict: {targets: [{provider: mock, script: s}]}
mocks: {s: [{reply: {content: hi}}]}
`;
const NODES =
  'nodes: {a: {type: llm, provider: main, prompt: x}, b: {type: llm, provider: main, prompt: x}}\n';
const graph = (assertions: string, before = ''): string =>
  told(graphText(`${ROUTES}${NODES}${before}assert:\n${assertions}`));

const idsOf = (text: string): string[] => {
  const compiled = compileGraph(graphText(text));
  return compiled.ok
    ? compiled.graph.assertions.map(({ id }) => id)
    : compiled.diagnostics.map(({ message }) => message);
};

describe('assertions of a graph', () => {
  it('may come from templates, by name or by pointer, with keys of their own instead of the template’s', () => {
    const templates = 'assertTemplates: {polite: {type: llm-rubric, value: Be polite., provider: strict}}\n';
    expect(
      graph(
        `  - {$ref: polite}\n  - {$ref: "#/assertTemplates/polite", value: "Be kind to {{ inputs.x }}.", weight: 0}`,
        templates,
      ),
    ).toBe('');
  });

  it('are told of wrong templates where they are written, and of unknown ones where they are used', () => {
    const templates = `assertTemplates:
  polite: {type: contains, value: "{{ nodes.c.text }}"}
  empty: {type: contains}
  never: {type: contains, value: "{{ inptus }}"}
`;
    expect(
      graph(
        `  - {$ref: polite}\n  - {$ref: polit}\n  - {$ref: empty}\n  - {$ref: empty, value: "{{ nope }}"}\n  - {$ref: polite, threshold: 1, provider: strict}`,
        templates,
      ),
    ).toMatchInlineSnapshot(`
      "10:39-46 graph/unknown-node assertTemplates.polite.value: there is no node \`c\` (did you mean \`a\`?)
      12:38-44 expression/unknown-name assertTemplates.never.value: unknown name \`inptus\`; known here are inputs, vars, nodes, run, case, output, text, last, toolCalls, memory (did you mean \`inputs\`?)
      15:12-17 graph/unknown-template assert[1].$ref: there is no assertion template \`polit\` (did you mean \`polite\`?)
      16:12-17 assertion/bad-value assert[2].$ref: the value must be a text
      17:30-34 expression/unknown-name assert[3].value: unknown name \`nope\`; known here are inputs, vars, nodes, run, case, output, text, last, toolCalls, memory (use a name that exists here)
      18:44-50 assertion/bad-value assert[4].provider: \`contains\` asks no judge (remove \`provider\`)"
    `);
  });

  it('may be a set, which counts as one', () => {
    expect(
      graph(
        `  - {type: assert-set, threshold: 2, assert: [{type: contains, value: x}]}\n  - {type: assert-set, assert: [{type: contains}, {$ref: x}]}`,
      ),
    ).toMatchInlineSnapshot(`
      "10:35-36 assertion/bad-value assert[0].threshold: the threshold must lie between 0 and 1
      11:33-49 assertion/bad-value assert[1].assert[0]: the value must be a text
      11:58-59 graph/unknown-template assert[1].assert[1].$ref: there is no assertion template \`x\` (declare it in \`assertTemplates\`)"
    `);
    expect(
      idsOf(
        `${ROUTES}${NODES}assert: [{type: contains, value: x}, {type: assert-set, assert: [{type: contains, value: x}, {type: contains, value: y}]}]`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "assert[0]",
        "assert[1]",
      ]
    `);
  });

  it('are warned of keys that change nothing, at their place', () => {
    const templates = 'assertTemplates: {hi: {type: contains, value: hi}}\n';
    expect(
      graph(
        `  - {type: is-json, threshold: 1}\n  - {$ref: hi, threshold: 1}\n  - {type: assert-set, assert: [{type: is-refusal, value: x}]}`,
        templates,
      ),
    ).toMatchInlineSnapshot(`
      "6:3-9 warning graph/unused providers.strict: nothing uses the route \`strict\` (remove it, or refer to it)
      11:32-33 warning assertion/unused-key assert[0].threshold: \`is-json\` takes no threshold: it changes nothing (remove \`threshold\`)
      12:27-28 warning assertion/unused-key assert[1].threshold: \`contains\` takes no threshold: it changes nothing (remove \`threshold\`)
      13:59-60 warning assertion/unused-key assert[2].assert[0].value: \`is-refusal\` takes no value: it changes nothing (remove \`value\`)"
    `);
  });

  it('ask a judge that exists', () => {
    expect(graph('  - {type: llm-rubric, value: x}\n  - {type: llm-rubric, value: x, provider: strct}'))
      .toMatchInlineSnapshot(`
      "10:12-22 assertion/bad-value assert[0].type: \`llm-rubric\` asks a judge, and no route is named \`judge\` (name a route with \`provider\`, or call one of \`providers\` \`judge\`)
      11:44-49 graph/unknown-provider assert[1].provider: there is no route \`strct\` (did you mean \`strict\`?)"
    `);
    const only = `providers: {one: {targets: [{provider: mock, script: s}]}}\nmocks: {s: [{reply: {content: hi}}]}\nnodes: {a: {type: llm, prompt: x}}\n`;
    expect(told(graphText(`${only}assert: [{type: llm-rubric, value: x}]`))).toBe('');
    const judge = `${ROUTES.replace('strict', 'judge')}${NODES}`;
    expect(told(graphText(`${judge}assert: [{type: llm-rubric, value: x}]`))).toBe('');
  });

  it('name contracts and nodes that exist', () => {
    const contracts = 'contracts: [{id: once, never: "false"}]\n';
    expect(
      graph(
        '  - {type: contract, value: once}\n  - {type: contract, value: onec}\n  - {type: select-best, provider: strict, value: {criteria: x, of: [a, c]}}',
        contracts,
      ),
    ).toMatchInlineSnapshot(`
      "12:29-33 graph/unknown-contract assert[1].value: there is no contract \`onec\` (did you mean \`once\`?)
      13:72-73 graph/unknown-node assert[2].value.of[1]: there is no node \`c\` (did you mean \`a\`?)"
    `);
  });

  it('with hostile patterns and programs are refused at their place', () => {
    expect(
      graph(`  - {type: regex, value: "(?=a)b"}
  - {type: is-json, value: {properties: {a: {pattern: "(a)\\\\1"}}}}
  - {type: json-path, value: "$[?search(@.a, '(?<=a)')]"}
  - {type: cel, value: 'output.matches("(?!a)")'}
  - {type: javascript, value: "return (("}`),
    ).toMatchInlineSnapshot(`
      "10:26-34 assertion/regex assert[0].value: "(?=a)b" is no regular expression that can be used: look-around is not supported (invalid or unsupported Perl syntax: \`(?=\`)
      11:55-63 schema/pattern assert[1].value.properties.a.pattern: back-references are not supported (invalid escape sequence: \`\\1\`)
      12:30-57 assertion/regex assert[2].value: '(?<=a)' is no regular expression that can be used: look-around is not supported (invalid named capture: \`(?<=a)\`)
      13:40-47 expression/regex assert[3].value: look-around is not supported (invalid or unsupported Perl syntax: \`(?!\`) (use RE2 syntax: no look-around, no back-references)
      14:31-42 assertion/javascript assert[4].value: Unexpected token '}' (write an expression, or a function body with \`return\`)"
    `);
  });
});
