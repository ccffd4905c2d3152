import { describe, expect, it } from '@jest/globals';
import type { CompiledCase } from './model.js';
import { folderOf } from './testing/folder-of.js';
import { graphOf, graphText, told } from './testing/told.js';

const ONE = 'nodes: {a: {type: transform, value: "1"}}\n';
const TYPED = `${ONE}inputs:
  type: object
  required: [q]
  properties: {q: {type: string}, n: {type: number}, yes: {type: boolean}, list: {type: array}}
`;

const casesOf = (file: string, text: string, sections = TYPED): CompiledCase[] => [
  ...graphOf(`${sections}cases: [{dataset: ${file}}]`, folderOf({ [file]: text })).cases,
];
const findings = (file: string, text: string, sections = TYPED): string =>
  told(graphText(`${sections}cases: [{dataset: ${file}}]`), /./, folderOf({ [file]: text }));

describe('the rows of a data set', () => {
  it('are cases, with columns as vars of the type that the inputs ask for', () => {
    const csv = 'q,n,yes,list\r\nhello,1.5,TRUE,"[1, ""two""]"\r\n\r\n"two\r\nlines, quoted",,false,\r\n';
    expect(casesOf('data/some cases.csv', csv).map(({ id, vars }) => ({ id, vars }))).toEqual([
      { id: 'some_cases.csv:1', vars: { q: 'hello', n: 1.5, yes: true, list: [1, 'two'] } },
      { id: 'some_cases.csv:2', vars: { q: 'two\r\nlines, quoted', yes: false } },
    ]);
  });

  it('stay text where the inputs do not say more', () => {
    expect(casesOf('a.csv', 'n,yes\n1,true\n', ONE)[0]?.vars).toEqual({ n: '1', yes: 'true' });
  });

  it('come from JSON and JSON Lines with the types that they have there', () => {
    const rows = [
      { q: 'a', n: 1 },
      { q: 'b', id: 'second', list: [true] },
    ];
    const made = [
      { id: 'a.json:1', vars: { q: 'a', n: 1 } },
      { id: 'second', vars: { q: 'b', list: [true] } },
    ];
    const seen = (cases: CompiledCase[]) =>
      cases.map(({ id, vars }) => ({ id: id.replace('jsonl', 'json'), vars }));
    expect(seen(casesOf('a.json', JSON.stringify(rows)))).toEqual(made);
    const lines = `${JSON.stringify(rows[0])}\n\n${JSON.stringify(rows[1])}`;
    expect(seen(casesOf('a.jsonl', lines))).toEqual(made);
  });

  it('take what stands beside the file, and the labels of the graph', () => {
    const graph = graphOf(
      `labels: {team: support}
${ONE}cases:
  - {id: inline}
  - dataset: a.csv
    vars: {lang: en, q: none}
    labels: {from: file}
    seed: 7
    repeat: {runs: 3, minPass: 2}
    assert: [{type: cel, value: 'output == 1.0'}]
`,
      folderOf({ 'a.csv': 'q,__expected\nx,contains: 1\n' }),
    );
    const [, row] = [...graph.cases];
    expect(row).toMatchObject({
      ...{ id: 'a.csv:1', vars: { lang: 'en', q: 'x' }, labels: { team: 'support', from: 'file' } },
      ...{ seed: 7, repeat: { runs: 3, minPass: 2 }, dataset: 'a.csv' },
    });
    expect(row?.assertions.map(({ id }) => id)).toEqual(['case.assert[0]', 'case.expected[0]']);
    expect(graph.cases.size).toBe(2);
    expect(graph.cases.files).toEqual(['a.csv']);
  });

  it('are found by their id', () => {
    for (const [file, text] of [
      ['a.csv', 'id,q\none,x\n,y\n'],
      ['a.jsonl', '{"id":"one","q":"x"}\n{"q":"y"}\n'],
      ['a.json', '[{"id":"one","q":"x"},{"q":"y"}]'],
    ] as const) {
      const { cases } = graphOf(`${ONE}cases: [{dataset: ${file}}]`, folderOf({ [file]: text }));
      expect(cases.find('one')?.vars).toEqual({ q: 'x' });
      expect(cases.find(`${file}:2`)).toMatchObject({ id: `${file}:2`, vars: { q: 'y' } });
      expect(cases.find('three')).toBeUndefined();
    }
  });

  it('keep the id as a var where the inputs have one', () => {
    const sections = `${ONE}inputs: {type: object, properties: {id: {type: string}}}\n`;
    expect(casesOf('a.csv', 'id\nx\n', sections)[0]).toMatchObject({ id: 'x', vars: { id: 'x' } });
  });

  it('are told of with their row and line', () => {
    const csv = 'id,q,n\na,x,1\na,"two\nlines",many\n!,y,2\n';
    expect(findings('a.csv', csv)).toMatchInlineSnapshot(`
      "9:19-24 graph/duplicate-id cases[0].dataset: a.csv, row 2 (line 3): the case \`a\` stands twice (rename one of the two)
      9:19-24 graph/invalid-vars cases[0].dataset: a.csv, row 2 (line 3): the vars of a do not fit \`inputs\`: n must be a number, not a string (change the vars, or \`inputs\`)
      9:19-24 graph/bad-dataset cases[0].dataset: a.csv, row 3 (line 5): the id "!" must be letters, digits and _.:-, at most 128 (change the id)"
    `);
    expect(findings('a.jsonl', '{"n": 1}\n{"q": 1}\nnope\n[]\n')).toMatchInlineSnapshot(`
      "9:19-26 graph/invalid-vars cases[0].dataset: a.jsonl, row 1 (line 1): the vars of a.jsonl:1 do not fit \`inputs\`: must have the field \`q\` (change the vars, or \`inputs\`)
      9:19-26 graph/invalid-vars cases[0].dataset: a.jsonl, row 2 (line 2): the vars of a.jsonl:2 do not fit \`inputs\`: q must be a string, not a number (change the vars, or \`inputs\`)
      9:19-26 graph/bad-dataset cases[0].dataset: a.jsonl, row 3 (line 3): not JSON: Unexpected token 'o', "nope" is not valid JSON (mend the file)
      9:19-26 graph/bad-dataset cases[0].dataset: a.jsonl, row 4 (line 4): a row is a mapping: {"column": value} (mend the file)"
    `);
    expect(findings('a.json', '[{"n": 1}, 5]')).toMatchInlineSnapshot(`
      "9:19-25 graph/invalid-vars cases[0].dataset: a.json, row 1: the vars of a.json:1 do not fit \`inputs\`: must have the field \`q\` (change the vars, or \`inputs\`)
      9:19-25 graph/bad-dataset cases[0].dataset: a.json, row 2: a row is a mapping: {"column": value} (mend the file)"
    `);
  });

  it('are told of what cannot be kept as it is written', () => {
    const rows = [
      '{"q": "a", "n": 1e999}',
      '{"q": "\\ud800 \\"", "n": 1}',
      '{"q": "a", "q": "b"}',
      '{"q": "a", "o": {"__pr\\u006fto__": {"z": 1}}}',
      '{"q": "a", "n": 9007199254740993}',
      '{"q": "\\u0000"}',
      '{"q": "an escape \\u00e9, a pair \\ud83d\\ude00, \\"n\\": 1", "n": 1.00000000000000001, "list": [{"q": 1}, {"q": 2}]}',
    ];
    expect(findings('a.jsonl', rows.join('\n'))).toMatchInlineSnapshot(`
      "9:19-26 yaml/not-json cases[0].dataset: a.jsonl, row 1 (line 1): 1e999 has no place in JSON (use a finite number, or quote it to make it text)
      9:19-26 yaml/not-json cases[0].dataset: a.jsonl, row 2 (line 2): the text holds half a character (a lone surrogate) (write the whole character, as in 😀)
      9:19-26 yaml/duplicate-key cases[0].dataset: a.jsonl, row 3 (line 3): the key \`q\` stands twice here (remove one of the two)
      9:19-26 yaml/forbidden-key cases[0].dataset: a.jsonl, row 4 (line 4): the key \`__proto__\` is not allowed anywhere in a document (rename it)
      9:19-26 yaml/integer-too-large cases[0].dataset: a.jsonl, row 5 (line 5): the integer 9007199254740993 is beyond 2^53 and cannot be kept exactly (quote it to keep it as text)
      9:19-26 yaml/not-json cases[0].dataset: a.jsonl, row 6 (line 6): the text holds the null character U+0000, which cannot be kept (leave it out)"
    `);
    expect(findings('a.json', `[\n${rows.join(',\n')}\n]`)).toMatchInlineSnapshot(`
      "9:19-25 yaml/not-json cases[0].dataset: a.json, line 2: 1e999 has no place in JSON (use a finite number, or quote it to make it text)
      9:19-25 yaml/not-json cases[0].dataset: a.json, line 3: the text holds half a character (a lone surrogate) (write the whole character, as in 😀)
      9:19-25 yaml/duplicate-key cases[0].dataset: a.json, line 4: the key \`q\` stands twice here (remove one of the two)
      9:19-25 yaml/forbidden-key cases[0].dataset: a.json, line 5: the key \`__proto__\` is not allowed anywhere in a document (rename it)
      9:19-25 yaml/integer-too-large cases[0].dataset: a.json, line 6: the integer 9007199254740993 is beyond 2^53 and cannot be kept exactly (quote it to keep it as text)
      9:19-25 yaml/not-json cases[0].dataset: a.json, line 7: the text holds the null character U+0000, which cannot be kept (leave it out)"
    `);
    expect(
      findings(
        'a.csv',
        'q,n,list\na,1e999,\nb,9007199254740993,\nc,,[1e999]\nd,12345678901234567,"[""\\ud800""]"',
      ),
    ).toMatchInlineSnapshot(`
      "9:19-24 yaml/not-json cases[0].dataset: a.csv, row 1 (line 2): n: 1e999 has no place in JSON (change the cell, or let \`inputs\` have the column as text)
      9:19-24 yaml/integer-too-large cases[0].dataset: a.csv, row 2 (line 3): n: the integer 9007199254740993 is beyond 2^53 and cannot be kept exactly (change the cell, or let \`inputs\` have the column as text)
      9:19-24 yaml/not-json cases[0].dataset: a.csv, row 3 (line 4): list: 1e999 has no place in JSON (change the cell, or let \`inputs\` have the column as text)
      9:19-24 yaml/integer-too-large cases[0].dataset: a.csv, row 4 (line 5): n: the integer 12345678901234567 is beyond 2^53 and cannot be kept exactly (change the cell, or let \`inputs\` have the column as text)
      9:19-24 yaml/not-json cases[0].dataset: a.csv, row 4 (line 5): list: the text holds half a character (a lone surrogate) (change the cell, or let \`inputs\` have the column as text)"
    `);
    expect(findings('a.csv', 'q,constructor,__expected\na,b,is-json: [1e999]')).toMatchInlineSnapshot(
      `"9:19-24 yaml/forbidden-key cases[0].dataset: a.csv, line 1: the key \`constructor\` is not allowed anywhere in a document (rename it)"`,
    );
    expect(findings('a.csv', 'q,__expected\na,is-json: [1e999]')).toMatchInlineSnapshot(
      `"9:19-24 graph/bad-dataset cases[0].dataset: a.csv, row 1 (line 2): __expected: 1e999 has no place in JSON (use a type of this format, or remove it)"`,
    );
  });

  it('may be nested deeper than any text that is looked through by calling itself', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    expect(casesOf('a.jsonl', `{"q":"a","list":${deep}}`, ONE)).toHaveLength(1);
  });

  it.each([
    ['no rows', 'a.csv', 'q,n\n'],
    ['nothing at all', 'a.csv', ''],
    ['a column twice', 'a.csv', 'q,q\n1,2\n'],
    ['a column without a name', 'a.csv', 'q,\n1,2\n'],
    ['a column that is no name', 'a.csv', 'q,the number\nx,2\n'],
    ['a column of promptfoo that it does not know', 'a.csv', 'q,__exepcted\nx,y\n'],
    ['a cell too many', 'a.csv', 'q,n\nx,1,2\n'],
    ['a quote that stays open', 'a.csv', 'q,n\n"x,1\ny,2\n'],
    ['no list', 'a.json', '{"q": 1}'],
    ['no JSON', 'a.json', '[{"q": '],
    ['another ending', 'a.xlsx', 'x'],
    ['an assertion that is wrong', 'a.csv', 'q,__expected\nx,regex: (\n'],
    ['an assertion of promptfoo without a counterpart', 'a.csv', 'q,__expected\nx,python: True\n'],
    ['a threshold that is no number', 'a.csv', 'q,__expected,__threshold\nx,contains: y,high\n'],
  ])('are refused with %s', (_, file, text) => {
    expect(findings(file, text)).toMatchSnapshot();
  });

  it('may be many: they are read one by one, as often as they are asked for', () => {
    const csv = `id,q\n${Array.from({ length: 20_000 }, (_, i) => `r${i},question ${i}`).join('\n')}`;
    const { cases } = graphOf(`${TYPED}cases: [{dataset: a.csv}]`, folderOf({ 'a.csv': csv }));
    expect(cases.size).toBe(20_000);
    let count = 0;
    for (const { id } of cases) if (id === `r${count}`) count++;
    expect(count).toBe(20_000);
    expect(cases.find('r19999')?.vars).toEqual({ q: 'question 19999' });
  });
});
