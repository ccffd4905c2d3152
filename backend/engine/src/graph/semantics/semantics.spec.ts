import { describe, expect, it } from '@jest/globals';
import { graphText, told } from '../testing/told.js';

const graph = (sections: string): string => told(graphText(sections));
/** A graph that has a route, so that its nodes may ask a model. */
const asking = (sections: string): string =>
  told(
    graphText(
      `providers: {m: {targets: [{provider: mock, script: s}]}}\nmocks: {s: [{reply: {content: hi}}]}\n${sections}`,
    ),
  );
const ONE = 'nodes: {a: {type: transform, value: "1"}}\n';

describe('names that lead nowhere', () => {
  it('are told wherever a node is named, with the near one', () => {
    expect(
      asking(`nodes:
  classify: {type: llm, prompt: x}
  a: {type: transform, value: nodes.clasify.output, needs: [classfy]}
  b: {type: llm, prompt: "{{ nodes.classify.text }} {{ nodes.zebra.text }}", when: 'nodes["clssify"].output == "x"'}
  c: {type: assert, assert: [{type: cel, value: nodes.claßify.output == 1}, {type: equals, value: "{{ nodes.cassify.text }}"}]}
assert: [{type: cel, value: nodes.missing.output == 1}]
output: nodes.gone.output`),
    ).toMatchInlineSnapshot(`
           "8:31-44 graph/unknown-node nodes.a.value: there is no node \`clasify\` (did you mean \`classify\`?)
           8:61-68 graph/unknown-node nodes.a.needs[0]: there is no node \`classfy\` (did you mean \`classify\`?)
           9:56-67 graph/unknown-node nodes.b.prompt: there is no node \`zebra\` (there are classify, a, b, c)
           9:85-101 graph/unknown-node nodes.b.when: there is no node \`clssify\` (did you mean \`classify\`?)
           10:58-59 expression/syntax nodes.c.assert[0].value: unexpected character: ß (complete the CEL expression, as in nodes.a.output == "x")
           10:103-116 graph/unknown-node nodes.c.assert[1].value: there is no node \`cassify\` (did you mean \`classify\`?)
           11:29-42 graph/unknown-node assert[0].value: there is no node \`missing\` (there are classify, a, b, c)
           12:9-19 graph/unknown-node output: there is no node \`gone\` (there are classify, a, b, c)"
        `);
  });

  it('are told of tools, routes and scripts', () => {
    expect(
      graph(`providers: {main: {targets: [{provider: mock, script: sript}]}}
mocks: {script: [{reply: {content: x}}]}
tools: {look: {mock: [{return: 1}]}}
nodes:
  a: {type: agent, prompt: x, provider: mian, tools: [loook, look, look]}
  b: {type: tool, tool: lok}`),
    ).toMatchInlineSnapshot(`
           "4:55-60 graph/unknown-script providers.main.targets[0].script: there is no mock script \`sript\` (did you mean \`script\`?)
           8:41-45 graph/unknown-provider nodes.a.provider: there is no route \`mian\` (did you mean \`main\`?)
           8:55-60 graph/unknown-tool nodes.a.tools[0]: there is no tool \`loook\` (did you mean \`look\`?)
           8:68-72 graph/duplicate-id nodes.a.tools[2]: the tool look is listed twice (remove one of the two)
           9:25-28 graph/unknown-tool nodes.b.tool: there is no tool \`lok\` (did you mean \`look\`?)"
        `);
  });

  it('are no second mistake when what they name is broken itself', () => {
    expect(
      graph(
        'nodes:\n  a: {type: transform}\n  b: {type: transform, value: nodes.a.output}\n  c: {type: tool, tool: t}\ntools: {t: {mock: 5}}',
      ),
    ).toMatchInlineSnapshot(`
           "5:3-4 graph/missing-key nodes.a.value: the key \`value\` is missing (add \`value\`)
           8:19-20 graph/wrong-type tools.t.mock: expected a list, got 5 (write a list here)"
        `);
  });
});

describe('cycles', () => {
  it('are told once each, by their way', () => {
    expect(
      graph(`nodes:
  a: {type: transform, value: "1", needs: [b]}
  b: {type: transform, value: "1", needs: [c]}
  c: {type: transform, value: nodes.a.output + nodes.x.output}
  x: {type: transform, value: "1"}
  s: {type: transform, value: "1", when: nodes.s.output == 1}
  p: {type: transform, value: "1", needs: [q]}
  q: {type: transform, value: "1", needs: [p]}`),
    ).toMatchInlineSnapshot(`
           "7:31-38 graph/cycle nodes.c.value: these nodes wait for each other: a -> b -> c -> a (remove one of the references; a \`loop\` node repeats)
           9:42-49 graph/cycle nodes.s.when: these nodes wait for each other: s -> s (a node cannot need itself; remove the reference)
           11:44-45 graph/cycle nodes.q.needs[0]: these nodes wait for each other: p -> q -> p (remove one of the references; a \`loop\` node repeats)"
        `);
  });

  it('do not come from a node that checks itself', () => {
    expect(
      asking(
        'nodes: {a: {type: llm, prompt: x, ensures: [nodes.a.text == "x"], assert: [{type: cel, value: nodes.a.text == "x"}]}}',
      ),
    ).toBe('');
  });

  it('are cut in the middle when they are long', () => {
    const nodes = Array.from(
      { length: 40 },
      (_, at) => `  n${at}: {type: transform, value: "1", needs: [n${(at + 1) % 40}]}`,
    );
    expect(graph(`nodes:\n${nodes.join('\n')}`)).toMatchInlineSnapshot(
      `"44:46-48 graph/cycle nodes.n39.needs[0]: these nodes wait for each other: n0 -> n1 -> n2 -> n3 -> n4 -> n5 -> n6 -> n7 -> n8 -> n9 -> … -> n39 -> n0 (remove one of the references; a \`loop\` node repeats)"`,
    );
  });
});

describe('expressions and templates', () => {
  it('are told at the very place in whatever way the text is written', () => {
    expect(
      graph(`nodes:
  plain: {type: transform, value: 1 + bad}
  single: {type: transform, value: 'size(''x'') + bad'}
  double: {type: transform, value: "size(\\"\\u0078\\") + bad"}
  literal:
    type: transform
    value: |
      1 +

        bad
  folded:
    type: transform
    value: >-
      1 +
      2 +
      bad
  lines:
    type: transform
    value: "1 +
      2 + \\
      bad"
  spread:
    type: transform
    value: 1 +
      2

      + bad`),
    ).toMatchInlineSnapshot(`
           "5:39-42 expression/unknown-name nodes.plain.value: unknown name \`bad\`; known here are inputs, vars, nodes, run, case (use a name that exists here)
           6:51-54 expression/unknown-name nodes.single.value: unknown name \`bad\`; known here are inputs, vars, nodes, run, case (use a name that exists here)
           7:56-59 expression/unknown-name nodes.double.value: unknown name \`bad\`; known here are inputs, vars, nodes, run, case (use a name that exists here)
           13:9-12 expression/unknown-name nodes.literal.value: unknown name \`bad\`; known here are inputs, vars, nodes, run, case (use a name that exists here)
           19:7-10 expression/unknown-name nodes.folded.value: unknown name \`bad\`; known here are inputs, vars, nodes, run, case (use a name that exists here)
           24:7-10 expression/unknown-name nodes.lines.value: unknown name \`bad\`; known here are inputs, vars, nodes, run, case (use a name that exists here)
           30:9-12 expression/unknown-name nodes.spread.value: unknown name \`bad\`; known here are inputs, vars, nodes, run, case (use a name that exists here)"
        `);
  });

  it('are told in templates, mocks, tools and contracts', () => {
    expect(
      graph(`providers: {m: {targets: [{provider: mock, script: s}]}}
mocks:
  s:
    - {when: nod == "a", reply: {content: "{{ inputs. }}", toolCalls: [{name: t, arguments: {x: ["{{ argss }}"]}}]}}
    - {reply: {content: x}}
tools: {t: {mock: [{when: arg.x == 1, return: {y: "{{ result }}"}}]}}
nodes: {a: {type: agent, tools: [t], system: "{{ unclosed", messages: [{role: user, content: "{{ 1 + }}"}]}}
contracts: [{id: c, never: tol == "x"}, {id: d, precedes: {first: "x.matches('(')", then: tool == }}]`),
    ).toMatchInlineSnapshot(`
           "7:14-17 expression/unknown-name mocks.s[0].when: unknown name \`nod\`; known here are node, turn, messages, last, toolResults, inputs, vars, run, case, judge (did you mean \`node\`?)
           7:55-55 expression/syntax mocks.s[0].reply.content: expected a name, got the end (complete the CEL expression, as in nodes.a.output == "x")
           7:102-107 expression/unknown-name mocks.s[0].reply.toolCalls[0].arguments.x[0]: unknown name \`argss\`; known here are node, turn, messages, last, toolResults, inputs, vars, run, case, judge (use a name that exists here)
           9:27-30 expression/unknown-name tools.t.mock[0].when: unknown name \`arg\`; known here are args, inputs, vars, run (did you mean \`args\`?)
           9:55-61 expression/unknown-name tools.t.mock[0].return.y: unknown name \`result\`; known here are args, inputs, vars, run (use a name that exists here)
           10:47-49 expression/syntax nodes.a.system: \`{{\` is never closed (end the expression with }}, or write {{ "{{" }} for two braces)
           10:102-102 expression/syntax nodes.a.messages[0].content: unexpected token: the end (complete the CEL expression, as in nodes.a.output == "x")
           11:28-31 expression/unknown-name contracts[0].never: unknown name \`tol\`; known here are type, node, agent, tool, category, args, result, turn, at, data, key, inputs, vars (did you mean \`tool\`?)
           11:68-69 expression/unknown-name contracts[1].precedes.first: unknown name \`x\`; known here are type, node, agent, tool, category, args, result, turn, at, data, key, inputs, vars (use a name that exists here)
           11:78-81 expression/regex contracts[1].precedes.first: missing closing ): \`(\` (use RE2 syntax: no look-around, no back-references)
           11:98-98 expression/syntax contracts[1].precedes.then: unexpected token: the end (complete the CEL expression, as in nodes.a.output == "x")"
        `);
  });

  it('warn of a division of whole numbers', () => {
    expect(graph('nodes: {a: {type: transform, value: 1 / 2}}')).toMatchInlineSnapshot(
      `"4:37-42 warning expression/integer-division nodes.a.value: 1 / 2 divides two integers and drops the remainder (write one of them with a decimal point to keep the fraction, as in 1.0 / 2)"`,
    );
  });
});

describe('nodes', () => {
  it('are told what they lack', () => {
    expect(asking('nodes:\n  a: {type: llm}\n  b: {type: assert}')).toMatchInlineSnapshot(`
           "7:3-4 graph/missing-key nodes.a: the node a asks nothing (add \`prompt\` or \`messages\`)
           8:3-4 graph/missing-key nodes.b: the node b checks nothing (add \`assert\`)"
        `);
    expect(graph('nodes: {a: {type: llm, prompt: x}}')).toMatchInlineSnapshot(
      `"4:9-10 graph/missing-key nodes.a: the node a has no route to a model (declare one under \`providers\`)"`,
    );
    expect(graph('nodes: {}')).toMatchInlineSnapshot(
      `"4:1-6 graph/bad-value nodes: a graph has at least one node (add a node)"`,
    );
  });

  it('must say which of several routes they take', () => {
    expect(
      graph(
        'providers: {m: {targets: [{provider: mock, script: s}]}, n: {targets: [{provider: mock, script: s}]}}\nmocks: {s: [{reply: {content: x}}]}\nnodes: {a: {type: llm, prompt: x}}',
      ),
    ).toMatchInlineSnapshot(
      `"6:9-10 graph/missing-key nodes.a: the node a must say which route it takes (add \`provider\`: m, n)"`,
    );
  });

  it('are no more than 2,000', () => {
    const nodes = Array.from({ length: 2_001 }, (_, at) => `  n${at}: {type: transform, value: "1"}`);
    expect(graph(`nodes:\n${nodes.join('\n')}`)).toMatchInlineSnapshot(
      `"4:1-6 graph/bad-value nodes: a graph has at most 2000 nodes, this one has 2001 (split the graph)"`,
    );
  });
});

describe('ids that stand twice', () => {
  it('are told of a contract that is named as one that is there anyway', () => {
    expect(graph(`${ONE}contracts: [{id: max-turns, never: "false"}, {id: chaos-recovers, never: "false"}]`))
      .toMatchInlineSnapshot(`
      "5:18-27 graph/reserved-name contracts[0].id: \`max-turns\` is the name of a contract that every graph has (rename the contract)
      5:51-65 graph/reserved-name contracts[1].id: \`chaos-recovers\` is the name of a contract that every graph has (rename the contract)"
    `);
  });

  it('are told of contracts, cases and the cases of a switch', () => {
    expect(
      graph(
        `${ONE}contracts: [{id: c, never: "false"}, {id: c, always: "true"}]\ncases: [{id: x}, {id: y}, {id: x}]`.replace(
          '}}\n',
          ', "s": {type: switch, cases: [{name: p, when: "true"}, {name: p, when: "false"}]}}\n'.replace(
            ', "s"',
            '}, s',
          ),
        ),
      ),
    ).toMatchInlineSnapshot(`
           "4:101-102 graph/duplicate-id nodes.s.cases[1].name: the case \`p\` stands twice in this switch (rename one of the two)
           5:43-44 graph/duplicate-id contracts[1].id: the contract \`c\` stands twice (rename one of the two)
           6:32-33 graph/duplicate-id cases[2].id: the case \`x\` stands twice (rename one of the two)"
        `);
  });
});

describe('schemas, patterns and vars', () => {
  it('are told of a schema that is none', () => {
    expect(
      asking(
        'inputs: {type: strin}\ntools: {t: {parameters: {properties: {x: {pattern: "(?=a)"}}}, returns: {$ref: "http://x/y"}, mock: [{return: 1}]}}\nnodes: {a: {type: agent, prompt: x, tools: [t], output: {typ: object, requierd: [a]}}}',
      ),
    ).toMatchInlineSnapshot(`
           "6:16-21 schema/invalid inputs.type: must be one of "array", "boolean", "integer", "null", "number", "object", "string", not "strin"
           7:52-59 schema/pattern tools.t.parameters.properties.x.pattern: look-around is not supported (invalid or unsupported Perl syntax: \`(?=\`)
           7:80-92 schema/reference tools.t.returns.$ref: \`http://x/y\` leads out of the schema; nothing is ever fetched (put what it means under $defs and refer to it as #/$defs/<name>)
           8:81-84 schema/unknown-keyword nodes.a.output.requierd: there is no keyword \`requierd\` (did you mean \`required\`?)"
        `);
  });

  it('are told of assertions that are wrong', () => {
    expect(
      graph(
        `${ONE}assert: [{type: regex, value: "(?=a)"}, {type: contains}, {type: latency, threshold: soon}, {type: is-json, value: {type: strin}}, {type: cel, value: output.x ==}]`,
      ),
    ).toMatchInlineSnapshot(`
           "5:31-38 assertion/regex assert[0].value: "(?=a)" is no regular expression that can be used: look-around is not supported (invalid or unsupported Perl syntax: \`(?=\`)
           5:41-57 assertion/bad-value assert[1]: the value must be a text
           5:86-90 assertion/bad-value assert[2].threshold: the threshold must be milliseconds, or a duration such as 20s
           5:123-128 schema/invalid assert[3].value.type: must be one of "array", "boolean", "integer", "null", "number", "object", "string", not "strin"
           5:162-162 expression/syntax assert[4].value: unexpected token: the end (complete the CEL expression, as in nodes.a.output == "x")"
        `);
  });

  it('are told of cases whose vars do not fit the inputs', () => {
    expect(
      graph(`inputs:
  type: object
  required: [message]
  properties: {message: {type: string}, order: {type: object, properties: {items: {type: array, items: {type: integer}}}}}
${ONE}cases:
  - {id: none}
  - id: wrong
    vars:
      message: 5
      order: {items: [1, x]}
  - {id: right, vars: {message: hello}}`),
    ).toMatchInlineSnapshot(`
           "10:5-15 graph/invalid-vars cases[0]: the vars of none do not fit \`inputs\`: must have the field \`message\` (change the vars, or \`inputs\`)
           13:16-17 graph/invalid-vars cases[1].vars.message: the vars of wrong do not fit \`inputs\`: message must be a string, not a number (change the vars, or \`inputs\`)
           14:26-27 graph/invalid-vars cases[1].vars.order.items[1]: the vars of wrong do not fit \`inputs\`: order.items.1 must be an integer, not a string (change the vars, or \`inputs\`)"
        `);
  });
});

describe('what does no harm', () => {
  it('is warned of when nothing uses it', () => {
    expect(
      graph(`providers: {m: {targets: [{provider: mock, script: s}]}, n: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: x}}], old: [{reply: {content: x}}]}
tools: {t: {mock: [{return: 1}]}}
nodes: {a: {type: llm, provider: m, prompt: x}}`),
    ).toMatchInlineSnapshot(`
           "4:58-59 warning graph/unused providers.n: nothing uses the route \`n\` (remove it, or refer to it)
           5:37-40 warning graph/unused mocks.old: nothing uses the mock script \`old\` (remove it, or refer to it)
           6:9-10 warning graph/unused tools.t: nothing uses the tool \`t\` (remove it, or refer to it)"
        `);
  });

  it('is warned of when a rule can never answer', () => {
    expect(
      graph(`providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: x}}, {when: turn == 1, reply: {content: y}}]}
nodes: {a: {type: llm, prompt: x}}`),
    ).toMatchInlineSnapshot(
      `"5:36-74 warning graph/unreachable mocks.s[1]: this rule never answers: the one before it always holds (move the rule without \`when\` to the end)"`,
    );
  });

  it('is refused when it is a secret', () => {
    expect(
      graph(`providers: {m: {targets: [{provider: openai, model: x, apiKey: sk-123}, {provider: openai, model: x, apiKey: "\${secret:openai}"}, {provider: mock, script: s}]}}
mocks: {s: [{reply: {content: x}}]}
nodes: {a: {type: llm, prompt: x}}`),
    ).toMatchInlineSnapshot(
      `"4:64-70 graph/secret-in-document providers.m.targets[0].apiKey: a key does not belong into a graph: whoever reads the graph could use it (name a secret: \${secret:name})"`,
    );
  });
});

describe('a name that the journal has for itself', () => {
  it('is no name of a node, except inside of another', () => {
    expect(
      graph(`nodes:
  run: {type: transform, value: "1"}
  verdict: {type: transform, value: "2"}`),
    ).toMatchInlineSnapshot(`
      "5:3-6 graph/reserved-name nodes.run: a node cannot be called \`run\`: the journal of a run has this name for itself (rename the node)
      6:3-10 graph/reserved-name nodes.verdict: a node cannot be called \`verdict\`: the journal of a run has this name for itself (rename the node)"
    `);
    expect(
      graph('nodes: {each: {type: forEach, over: "[1]", nodes: {run: {type: transform, value: item}}}}'),
    ).toBe('');
  });
});
