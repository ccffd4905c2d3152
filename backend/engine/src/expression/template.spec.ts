import { describe, it, expect } from '@jest/globals';
import type { Json } from '@rehearse/contracts';
import fc from 'fast-check';
import { compileTemplate, compileTemplateValue } from './index.js';

const BINDINGS: Record<string, Json> = {
  inputs: { id: 'W1', n: 2.5, order: { b: [1, null], a: 'x' }, none: null, braces: '{{ inputs.id }}' },
  nodes: { a: { output: { total: 3 } } },
};

const render = (text: string): string => {
  const template = compileTemplate(text, 'node');
  if (Array.isArray(template)) return JSON.stringify(template);
  const rendering = template.render(BINDINGS);
  return rendering.ok ? rendering.text : `${rendering.error.code}: ${rendering.error.message}`;
};

describe('a template', () => {
  it('takes a string as it is and anything else as canonical JSON', () => {
    const texts = [
      ...[
        '',
        'plain',
        'Order {{ inputs.id }}!',
        '{{inputs.n}}/{{ inputs.order }}/{{ inputs.none }}',
        '{{ inputs.id == "W1" }}',
      ],
      ...[
        '{{ {"a": {"b": 1}} }}',
        '{{ "}}" }}',
        "{{ '{{' }}",
        '{{ """a "quoted" }} b""" }}',
        '{{ "\\"}}" }}',
        'a } b }} c { d',
      ],
      ...["it's {{ inputs.id }}, isn't it", '{{ inputs.braces }}', '{{ inputs.gone }}', '{{ {}}}'],
    ];
    expect(texts.map((text) => `${text}  ->  ${render(text)}`).join('\n')).toMatchInlineSnapshot(`
     "  ->  
     plain  ->  plain
     Order {{ inputs.id }}!  ->  Order W1!
     {{inputs.n}}/{{ inputs.order }}/{{ inputs.none }}  ->  2.5/{"a":"x","b":[1,null]}/null
     {{ inputs.id == "W1" }}  ->  true
     {{ {"a": {"b": 1}} }}  ->  {"a":{"b":1}}
     {{ "}}" }}  ->  }}
     {{ '{{' }}  ->  {{
     {{ """a "quoted" }} b""" }}  ->  a "quoted" }} b
     {{ "\\"}}" }}  ->  "}}
     a } b }} c { d  ->  a } b }} c { d
     it's {{ inputs.id }}, isn't it  ->  it's W1, isn't it
     {{ inputs.braces }}  ->  {{ inputs.id }}
     {{ inputs.gone }}  ->  expression/missing-field: inputs.gone: no such field 'gone', did you mean 'none'?
     {{ {}}}  ->  {}"
    `);
  });

  it('counts the offsets of its issues from the start of the text, and reports all of them', () => {
    const issues = compileTemplate(
      'Hi {{ inptus.id }} and {{ inputs. }} and {{ 1 / 2 }} and {{ "open',
      'node',
    );
    expect(issues).toMatchInlineSnapshot(`
     [
       {
         "code": "expression/unknown-name",
         "length": 6,
         "message": "unknown name \`inptus\`; known here are inputs, vars, nodes, run, case",
         "offset": 6,
         "severity": "error",
         "suggestion": "did you mean \`inputs\`?",
       },
       {
         "code": "expression/syntax",
         "length": 0,
         "message": "expected a name, got the end",
         "offset": 34,
         "severity": "error",
       },
       {
         "code": "expression/integer-division",
         "length": 5,
         "message": "1 / 2 divides two integers and drops the remainder",
         "offset": 44,
         "severity": "warning",
         "suggestion": "write one of them with a decimal point to keep the fraction, as in 1.0 / 2",
       },
       {
         "code": "expression/syntax",
         "length": 2,
         "message": "\`{{\` is never closed",
         "offset": 57,
         "severity": "error",
         "suggestion": "end the expression with }}, or write {{ "{{" }} for two braces",
       },
     ]
    `);
    expect(compileTemplate('a {{ }} b', 'node')).toMatchInlineSnapshot(`
     [
       {
         "code": "expression/syntax",
         "length": 1,
         "message": "the expression is empty",
         "offset": 4,
         "severity": "error",
       },
     ]
    `);
  });

  it('tells which nodes it refers to, and where', () => {
    const template = compileTemplate(
      '{{ nodes.a.output.total }} {{ nodes.b.text + inputs.id }} {{ nodes.a.text }}',
      'node',
    );
    if (Array.isArray(template)) throw new Error('does not compile');
    expect(template.nodeReferences).toEqual(['a', 'b']);
    expect(
      template.nodeReferencePlaces.map(({ offset }) => template.source.slice(offset, offset + 7)),
    ).toEqual(['nodes.a', 'nodes.b', 'nodes.a']);
    expect(template.names).toEqual(['nodes', 'inputs']);
  });

  it('gives back any text without braces, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (text.includes('{{')) compileTemplate(text, 'tool');
        else expect(render(text)).toBe(text);
      }),
    );
  });
});

describe('a template value', () => {
  it('fills in every string; one that is a single expression keeps its type', () => {
    const value = compileTemplateValue(
      {
        ...{
          id: '{{ inputs.id }}',
          n: '{{ inputs.n }}',
          text: 'n={{ inputs.n }}',
          padded: ' {{ inputs.n }}',
        },
        ...{
          list: ['{{ inputs.order }}', 1, null, true],
          deep: { total: '{{ nodes.a.output.total }}' },
          '{{ key }}': '',
        },
      },
      'node',
    );
    if (Array.isArray(value)) throw new Error('does not compile');
    expect(value.nodeReferences).toEqual(['a']);
    expect(value.names).toEqual(['inputs', 'nodes']);
    expect(value.render(BINDINGS)).toMatchInlineSnapshot(`
     {
       "ok": true,
       "value": {
         "deep": {
           "total": 3,
         },
         "id": "W1",
         "list": [
           {
             "a": "x",
             "b": [
               1,
               null,
             ],
           },
           1,
           null,
           true,
         ],
         "n": 2.5,
         "padded": " 2.5",
         "text": "n=2.5",
         "{{ key }}": "",
       },
     }
    `);
  });

  it('says in which string an issue stands', () => {
    expect(compileTemplateValue({ a: [{ b: 'x {{ inptus }}' }], c: '{{' }, 'node')).toMatchInlineSnapshot(`
     [
       {
         "code": "expression/unknown-name",
         "length": 6,
         "message": "unknown name \`inptus\`; known here are inputs, vars, nodes, run, case",
         "offset": 5,
         "path": [
           "a",
           0,
           "b",
         ],
         "severity": "error",
         "suggestion": "did you mean \`inputs\`?",
       },
       {
         "code": "expression/syntax",
         "length": 2,
         "message": "\`{{\` is never closed",
         "offset": 0,
         "path": [
           "c",
         ],
         "severity": "error",
         "suggestion": "end the expression with }}, or write {{ "{{" }} for two braces",
       },
     ]
    `);
  });

  it('fails as a whole when one string cannot be filled in', () => {
    const value = compileTemplateValue({ a: '{{ inputs.id }}', b: ['{{ inputs.gone.x }}'] }, 'node');
    if (Array.isArray(value)) throw new Error('does not compile');
    expect(value.render(BINDINGS)).toMatchInlineSnapshot(`
     {
       "error": {
         "code": "expression/missing-field",
         "message": "inputs.gone: no such field 'gone', did you mean 'none'?",
         "path": "inputs.gone",
       },
       "ok": false,
     }
    `);
  });
});
