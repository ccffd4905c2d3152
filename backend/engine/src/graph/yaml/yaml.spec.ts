import { describe, expect, it } from '@jest/globals';
import { told } from '../testing/told.js';
import { compileGraph } from '../index.js';

/** The findings about the YAML itself. */
const yaml = (source: string): string => told(source, /^(yaml|graph\/duplicate-id)/);

describe('a document that is no sound YAML', () => {
  it('is told when it is empty', () => {
    expect(yaml('')).toMatchInlineSnapshot(
      `"1:1-1 yaml/empty the document is empty (begin with \`apiVersion: rehearse/v1\`, \`kind: Graph\` and a \`name\`)"`,
    );
    expect(yaml('# only a comment\n')).toMatchInlineSnapshot(
      `"1:1-2 yaml/empty the document is empty (begin with \`apiVersion: rehearse/v1\`, \`kind: Graph\` and a \`name\`)"`,
    );
  });

  it('is told where its syntax breaks', () => {
    expect(yaml('name: "x')).toMatchInlineSnapshot(
      `"1:9-9 yaml/syntax unexpected end of the stream within a double quoted scalar (close the quotation mark)"`,
    );
    expect(yaml('nodes: [a, b')).toMatchInlineSnapshot(
      `"1:13-13 yaml/syntax unexpected end of the stream within a flow collection (close the bracket or brace)"`,
    );
    expect(yaml('nodes: [a, b\n')).toMatchInlineSnapshot(
      `"2:1-1 yaml/syntax deficient indentation (close the quote, bracket or brace that is open here, or indent what it holds)"`,
    );
    expect(yaml('a: b: c')).toMatchInlineSnapshot(
      `"1:5-6 yaml/syntax bad indentation of a mapping entry (align the keys; quote a value that holds \`: \` or \` #\`)"`,
    );
    expect(yaml('a: 1\nb\nc: 2\n')).toMatchInlineSnapshot(
      `"3:2-3 yaml/syntax can not read a block mapping entry; a multiline key may not be an implicit key (write \`key: value\`, with a space behind the colon)"`,
    );
    expect(yaml('a:\n  b: 1\n c: 2\n')).toMatchInlineSnapshot(
      `"3:2-3 yaml/syntax bad indentation of a mapping entry (align the keys; quote a value that holds \`: \` or \` #\`)"`,
    );
    expect(yaml('a: @x')).toMatchInlineSnapshot(
      `"1:4-5 yaml/syntax bad indentation of a mapping entry (align the keys; quote a value that holds \`: \` or \` #\`)"`,
    );
    expect(yaml('a: \u0000')).toMatchInlineSnapshot(
      `"1:4-5 yaml/syntax null byte is not allowed in input (remove the control character)"`,
    );
    expect(yaml('a: x\u0007y')).toMatchInlineSnapshot(
      `"1:5-6 yaml/syntax the stream contains non-printable characters (remove the control character)"`,
    );
  });

  it('is told of tabs in its indentation', () => {
    expect(yaml('nodes:\n\ta: 1')).toMatchInlineSnapshot(
      `"2:1-2 yaml/syntax tab characters must not be used in indentation (indent with spaces)"`,
    );
  });

  it('is told of every duplicate key at once, also of ids', () => {
    expect(yaml('name: a\nname: b\nlabels: {x: "1", x: "2", y: "3", y: "4"}\nnodes:\n  n: {}\n  n: {}\n'))
      .toMatchInlineSnapshot(`
     "2:1-5 yaml/duplicate-key name: the key \`name\` stands twice here, first on line 1 (remove one of the two)
     3:18-19 yaml/duplicate-key labels.x: the key \`x\` stands twice here, first on line 3 (remove one of the two)
     3:34-35 yaml/duplicate-key labels.y: the key \`y\` stands twice here, first on line 3 (remove one of the two)
     6:3-4 graph/duplicate-id nodes.n: the id \`n\` stands twice here, first on line 5 (rename one of the two)"
    `);
  });

  it('is told of tags that are none of the core', () => {
    expect(yaml('a: !!js/function "x"\nb: !mine {c: 1}\nd: !!binary aGk=\ne: !!int five'))
      .toMatchInlineSnapshot(`
     "1:4-17 yaml/custom-tag a: the tag !!js/function is not allowed (remove the tag; plain YAML holds text, numbers, booleans, null, lists and mappings)
     2:4-9 yaml/custom-tag b: the tag !mine is not allowed (remove the tag; plain YAML holds text, numbers, booleans, null, lists and mappings)
     3:4-12 yaml/custom-tag d: the tag !!binary is not allowed (remove the tag; plain YAML holds text, numbers, booleans, null, lists and mappings)
     4:10-14 yaml/bad-tag e: "five" is no int (remove the tag)"
    `);
  });

  it('may hold the tags of the core', () => {
    expect(yaml('name: !!str x\nvirtualTime: !!bool true\nnodes: !!map {}\ncases: !!seq []')).toBe('');
  });

  it('is told of a second document', () => {
    expect(yaml('name: a\n---\nname: b\n---\nname: c\n')).toMatchInlineSnapshot(
      `"3:1-2 yaml/multiple-documents a file holds one document, and here a second one begins (move it to a file of its own)"`,
    );
  });

  it('is told of keys that would change prototypes, wherever they stand', () => {
    expect(yaml('__proto__: {a: 1}\nlabels:\n  constructor: x\n  y: {prototype: 1}\n'))
      .toMatchInlineSnapshot(`
     "1:1-10 yaml/forbidden-key __proto__: the key \`__proto__\` is not allowed anywhere in a document (rename it)
     3:3-14 yaml/forbidden-key labels.constructor: the key \`constructor\` is not allowed anywhere in a document (rename it)
     4:7-16 yaml/forbidden-key labels.y.prototype: the key \`prototype\` is not allowed anywhere in a document (rename it)"
    `);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('is told of merge keys', () => {
    expect(yaml('a: &a {b: 1}\nc:\n  <<: *a\n  d: 2\n')).toMatchInlineSnapshot(
      `"3:3-5 yaml/merge-key c["<<"]: merge keys (\`<<\`) are not part of YAML 1.2 (write the keys out, or use the alias as a whole value)"`,
    );
  });

  it('is told of keys that are no text', () => {
    expect(yaml('? [a, b]\n: 1\n')).toMatchInlineSnapshot(
      `"1:3-4 yaml/bad-key a key must be text, not a list, a mapping or an alias (quote the key)"`,
    );
    expect(yaml(': 1\n')).toMatchInlineSnapshot(
      `"1:1-1 yaml/bad-key a value stands here without a key (write the key before the colon)"`,
    );
  });

  it('is told of aliases that name nothing or themselves', () => {
    expect(yaml('name: *nobody\nlabels: &l {a: *l}\n')).toMatchInlineSnapshot(`
     "1:7-14 yaml/unknown-alias name: no anchor \`&nobody\` stands above this alias (define the anchor first, or quote the text)
     2:16-18 yaml/recursive-alias labels.a: the alias \`*l\` stands inside of what it names (remove it)"
    `);
  });

  it('is told of what JSON cannot hold', () => {
    expect(yaml('a: .nan\nb: -.inf\nc: 12345678901234567890\nd: "\\ud800"\ne: "a\\0"\n'))
      .toMatchInlineSnapshot(`
     "1:4-8 yaml/not-json a: .nan has no place in JSON (use a finite number, or quote it to make it text)
     2:4-9 yaml/not-json b: -.inf has no place in JSON (use a finite number, or quote it to make it text)
     3:4-24 yaml/integer-too-large c: the integer 12345678901234567890 is beyond 2^53 and cannot be kept exactly (quote it to keep it as text)
     4:4-12 yaml/not-json d: the text holds half a character (a lone surrogate) (write the whole character, as in 😀)
     5:4-9 yaml/not-json e: the text holds the null character U+0000, which cannot be kept (leave it out)"
    `);
  });

  it('is told of numbers that no number of ours is', () => {
    const digits = '1'.repeat(400);
    expect(
      yaml(`a: 1e999\nb: -1e999\nc: 1.5e400\nd: ${digits}\ne: -${digits}\nf: 1e-999\ng: "1e999"\nh: 1e99x\n`),
    ).toMatchInlineSnapshot(`
      "1:4-9 yaml/not-json a: 1e999 has no place in JSON (use a finite number, or quote it to make it text)
      2:4-10 yaml/not-json b: -1e999 has no place in JSON (use a finite number, or quote it to make it text)
      3:4-11 yaml/not-json c: 1.5e400 has no place in JSON (use a finite number, or quote it to make it text)
      4:4-404 yaml/integer-too-large d: the integer 1111111111111111111111111111111111111111 is beyond 2^53 and cannot be kept exactly (quote it to keep it as text)
      5:4-405 yaml/integer-too-large e: the integer -111111111111111111111111111111111111111 is beyond 2^53 and cannot be kept exactly (quote it to keep it as text)"
    `);
  });

  it('is told when it is nested too deeply', () => {
    expect(yaml('['.repeat(1_200))).toMatchInlineSnapshot(
      `"1:68-69 yaml/too-deep the document is nested deeper than 64 levels (flatten it)"`,
    );
    expect(yaml(`a: ${'{a: '.repeat(63)}1${'}'.repeat(63)}`)).toBe('');
    expect(yaml(`a: ${'{a: '.repeat(64)}1${'}'.repeat(64)}`)).toMatchInlineSnapshot(
      `"1:256-257 yaml/too-deep a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a: the document is nested deeper than 64 levels (flatten it)"`,
    );
  });

  it('is told when its aliases unfold into a bomb', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [name, last] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'])
      lines.push(`${name}: &${name} [${Array(9).fill(`*${last}`).join(', ')}]`);
    expect(yaml(lines.join('\n'))).toMatchInlineSnapshot(
      `"4:8-10 yaml/too-many-aliases d[0]: aliases expand more than 100 times, or beyond 1 MiB (write the values out, or leave them out)"`,
    );
  });

  it('is told when few aliases unfold beyond its size', () => {
    expect(yaml(`a: &a ${'x'.repeat(400_000)}\nb: [*a, *a, *a]\n`)).toMatchInlineSnapshot(
      `"2:13-15 yaml/too-many-aliases b[2]: aliases expand more than 100 times, or beyond 1 MiB (write the values out, or leave them out)"`,
    );
  });

  it('is told when it is too large, in bytes', () => {
    expect(yaml(`description: ${'é'.repeat(524_288)}`)).toMatchInlineSnapshot(
      `"1:1-1 yaml/too-large the document has more than 1048576 bytes (1 MiB) (move cases into a data set, or split the graph)"`,
    );
    expect(yaml(`description: ${'é'.repeat(524_200)}`)).toBe('');
  });

  it('shows a hundred findings and counts the rest', () => {
    const { diagnostics } = compileGraph('a: 1\n'.repeat(500));
    expect(diagnostics).toHaveLength(101);
    expect(diagnostics.at(-1)?.message).toBe('404 more problems are not shown');
  });
});

describe('the places of findings', () => {
  it('count columns behind a byte order mark from 1', () => {
    expect(yaml('\uFEFFa: 1\na: 2')).toMatchInlineSnapshot(
      `"2:1-2 yaml/duplicate-key a: the key \`a\` stands twice here, first on line 1 (remove one of the two)"`,
    );
    expect(yaml('\uFEFFa: !x 1')).toMatchInlineSnapshot(
      `"1:4-6 yaml/custom-tag a: the tag !x is not allowed (remove the tag; plain YAML holds text, numbers, booleans, null, lists and mappings)"`,
    );
  });

  it('are the same whatever ends the lines', () => {
    const source = 'a: 1\nb:\n  c: !x 1\n  d: [1,\n    !y 2]\n';
    const expected = yaml(source);
    expect(expected).toMatchInlineSnapshot(`
     "3:6-8 yaml/custom-tag b.c: the tag !x is not allowed (remove the tag; plain YAML holds text, numbers, booleans, null, lists and mappings)
     5:5-7 yaml/custom-tag b.d[1]: the tag !y is not allowed (remove the tag; plain YAML holds text, numbers, booleans, null, lists and mappings)"
    `);
    expect(yaml(source.replaceAll('\n', '\r\n'))).toBe(expected);
    expect(yaml(source.replaceAll('\n', '\r'))).toBe(expected);
  });

  it('show the alias, not what it names', () => {
    expect(
      told('apiVersion: rehearse/v1\nkind: Graph\nname: &n 5\ndescription: *n\nnodes: {}\n', /wrong-type/),
    ).toMatchInlineSnapshot(`
     "3:10-11 graph/wrong-type name: expected text, got 5 (write text here)
     4:1-12 graph/wrong-type description: expected text, got 5 (quote it: "5")"
    `);
  });
});
