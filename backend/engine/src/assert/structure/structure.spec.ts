import { describe, expect, it } from '@jest/globals';
import type { AssertionSpec, Json } from '@rehearse/contracts';
import { about, issues, told, unanswered } from '../testing/told.js';

const lines = (specs: readonly [AssertionSpec, Json][]): Promise<string[]> =>
  Promise.all(specs.map(([spec, output]) => told(spec, about(output))));

const verdicts = async (type: string, outputs: readonly Json[]): Promise<string[]> =>
  Promise.all(outputs.map(async (output) => (await told({ type }, about(output))).split(' ')[0]!));

describe('XML', () => {
  it('is known by a parser that takes nothing but well-formed documents', async () => {
    expect(
      await lines([
        [{ type: 'is-xml' }, '<a><b>1</b></a>'],
        [{ type: 'is-xml' }, '<?xml version="1.0"?>\n<a x="1"/>\n'],
        [{ type: 'is-xml' }, '<a><b></a></b>'],
        [{ type: 'is-xml' }, 'Here it is: <a/>'],
        [
          { type: 'is-xml', value: { requiredElements: ['order.item', 'order.total'] } },
          '<order><item/></order>',
        ],

        [{ type: 'is-xml', value: ['order'] }, '<order/>'],
        [{ type: 'is-xml', value: 'order, order.item' }, '<order/>'],
        [{ type: 'not-is-xml' }, 'plain'],
        [{ type: 'not-is-xml' }, '<a/>'],
        [{ type: 'is-xml' }, null],
      ]),
    ).toMatchInlineSnapshot(`
      [
        "passed 1: expected the output to be well-formed XML, got "<a><b>1</b></a>"",
        "passed 1: expected the output to be well-formed XML, got "<?xml version="1.0"?> <a x="1"/> "",
        "failed 0: expected the output to be well-formed XML, got unexpected close tag. in "<a><b></a></b>"",
        "failed 0: expected the output to be well-formed XML, got text data outside of root node. in "Here it is: <a/>"",
        "failed 0: expected the output to be well-formed XML with order.item, order.total, got no element order.total in "<order><item/></order>"",
        "passed 1: expected the output to be well-formed XML with order, got "<order/>"",
        "failed 0: expected the output to be well-formed XML with order, order.item, got no element order.item in "<order/>"",
        "passed 1: expected the output not to be well-formed XML, got text data outside of root node. in "plain"",
        "failed 0: expected the output not to be well-formed XML, got "<a/>"",
        "errored 0: the run has no output",
      ]
    `);
  });

  it('is found within a text', async () => {
    expect(
      await lines([
        [{ type: 'contains-xml' }, 'Here: <order><item/></order>. Good?'],
        [{ type: 'contains-xml', value: { requiredElements: ['b.c'] } }, '<a/> and <b><c/></b>'],
        [{ type: 'contains-xml', value: { requiredElements: ['b.d'] } }, '<b><b><c/></b></b>'],
        [{ type: 'contains-xml' }, '1 < 2 and 3 > 2'],
        [{ type: 'contains-xml' }, '<a><b></a>'],
        [{ type: 'not-contains-xml' }, 'none'],
      ]),
    ).toMatchInlineSnapshot(`
      [
        "passed 1: expected the text to contain well-formed XML, got "Here: <order><item/></order>. Good?"",
        "passed 1: expected the text to contain well-formed XML with b.c, got "<a/> and <b><c/></b>"",
        "failed 0: expected the text to contain well-formed XML with b.d, got no element b.d in "<b><b><c/></b></b>"",
        "failed 0: expected the text to contain well-formed XML, got no element in "1 < 2 and 3 > 2"",
        "failed 0: expected the text to contain well-formed XML, got unexpected close tag. in "<a><b></a>"",
        "passed 1: expected the text not to contain well-formed XML, got no element in "none"",
      ]
    `);
  });

  it('does not expand what a document declares', async () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>';
    const external = '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>&b;</a>';
    const deep = '<a>'.repeat(5_000) + '</a>'.repeat(5_000);
    expect(await lines([bomb, external, deep].map((text) => [{ type: 'is-xml' }, text])))
      .toMatchInlineSnapshot(`
      [
        "failed 0: expected the output to be well-formed XML, got declarations within a DOCTYPE are not read in "<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>"",
        "failed 0: expected the output to be well-formed XML, got undefined entity. in "<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>&b;</a>"",
        "failed 0: expected the output to be well-formed XML, got elements are nested more than 1000 deep in "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>…"",
      ]
    `);
    expect(
      await verdicts('contains-xml', ['<a>'.repeat(50_000), '<a b="'.repeat(50_000), '<a/>'.repeat(1_000)]),
    ).toEqual(['failed', 'failed', 'passed']);
  });
});

describe('HTML', () => {
  it('is a document or a fragment and nothing beside it', async () => {
    const html = [
      '<!DOCTYPE html><html><head><title>x</title></head><body><p>Hi</p></body></html>',
      '<p>Hello <b>you</b>',
      '<div>a</div>\n<div>b</div>',
      '<ul><li>a<li>b</ul>',
      '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>',
      '<br>',
    ];
    expect(await verdicts('is-html', html)).toEqual(html.map(() => 'passed'));
    const none = [
      'plain',
      'Hello <b>you</b>',
      '<p>a</p> and more',
      '<order><item/></order>',
      '<div>a',
      '<div><span>a</div></span>',
      '<p',
      '</p>',
      '1 < 2',
    ];
    expect(await verdicts('is-html', none)).toEqual(none.map(() => 'failed'));
  });

  it('may hold what looks like a tag where there is none', async () => {
    const html = [
      '<p title="<foo>">x</p>',
      '<!-- <foo> --><p>x</p>',
      '<script>var s="<foo>"</script>',
      '<style>a::after { content: "<foo>" }</style>',
      '<textarea><foo></textarea>',
      '<!doctype html><title><foo></title><p>x</p>',
      '<my-card><p>x</p></my-card>',
      '<svg><foo/><foreignObject><p>x</p></foreignObject></svg>',
    ];
    expect(await verdicts('is-html', html)).toEqual(html.map(() => 'passed'));
    const none = [
      '<p><foo>x</foo></p>',
      '<p>x</foo></p>',
      '<select><foo></foo></select>',
      '<template><foo></foo></template>',
      '<svg></svg><foo></foo>',
      '<svg><foreignObject><p><foo></foo></p></foreignObject></svg>',
      '<!-- <p> -->',
    ];
    expect(await verdicts('is-html', none)).toEqual(none.map(() => 'failed'));
  });

  it('is found within a text by a whole tag of its own', async () => {
    const html = ['Use <b>this</b>', 'a<br>b', '```html\n<div class="x">\n```', '<P>'];
    expect(await verdicts('contains-html', html)).toEqual(html.map(() => 'passed'));
    const none = ['a < b > c', '<placeholder>', 'write to <ada@example.org>', '&amp;', '<b', 'x'];
    expect(await verdicts('contains-html', none)).toEqual(none.map(() => 'failed'));
    expect(
      await lines([
        [{ type: 'not-contains-html' }, '<b>x</b>'],
        [{ type: 'is-html' }, '<div>a'],
        [{ type: 'is-html' }, null],
      ]),
    ).toMatchInlineSnapshot(`
      [
        "failed 0: expected the text not to contain HTML, got "<b>x</b>"",
        "failed 0: expected the output to be HTML, got <div> is not closed in "<div>a"",
        "errored 0: the run has no output",
      ]
    `);
  });

  it('that would keep a parser busy is not read', async () => {
    expect(await verdicts('is-html', ['<b>'.repeat(30_000), `<p>${'x'.repeat(3_000_000)}</p>`])).toEqual([
      'errored',
      'errored',
    ]);
    expect(await verdicts('contains-html', ['<'.repeat(1_000_000), '<x '.repeat(300_000)])).toEqual([
      'failed',
      'failed',
    ]);
  });
});

describe('JSONPath', () => {
  const order = JSON.stringify({
    id: 'W1',
    items: [
      { sku: 'a', n: 1 },
      { sku: 'b', n: 2 },
    ],
  });

  it('selects what has to exist, to be equal or to fit a schema', async () => {
    const path = (value: Json, output: Json = order): [AssertionSpec, Json] => [
      { type: 'json-path', value },
      output,
    ];
    expect(
      await lines([
        path('$.id'),
        path('$.total'),
        path({ path: '$.total', exists: false }),
        path({ path: '$.items[*].n', equals: [1, 2] }),
        path({ path: '$.items[?@.sku == "b"].n', equals: 2 }),
        path({ path: '$.id', equals: 'W2' }),
        path({ path: '$.id', equals: '{{ inputs.city }}' }, { id: 'Oslo' }),
        path({ path: '$.items[*]', schema: { required: ['sku'] } }),
        path({ path: '$.items[*].n', schema: { maximum: 1 } }),
        path('$.id', 'no JSON'),
        path('$.id', null),
        [{ type: 'not-json-path', value: '$.id' }, order],
      ]),
    ).toMatchInlineSnapshot(`
      [
        "passed 1: expected $.id to exist, got "W1"",
        "failed 0: expected $.total to exist, got nothing",
        "passed 1: expected $.total to be absent, got nothing",
        "passed 1: expected $.items[*].n to equal [1,2], got [1,2]",
        "passed 1: expected $.items[?@.sku == "b"].n to equal 2, got 2",
        "failed 0: expected $.id to equal "W2", got "W1"",
        "passed 1: expected $.id to equal "Oslo", got "Oslo"",
        "passed 1: expected $.items[*] to fit its schema, got [{"n":1,"sku":"a"},{"n":2,"sku":"b"}]",
        "failed 0: expected $.items[*].n to fit its schema, got [1,2]",
        "failed 0: expected $.id to exist, got no JSON: no JSON",
        "errored 0: the run has no output",
        "failed 0: expected $.id not to exist, got "W1"",
      ]
    `);
  });

  it('has match() and search() that run in time linear in the text', async () => {
    const words = { words: ['a'.repeat(50_000) + 'b', 'aa'] };
    expect(
      await told(
        { type: 'json-path', value: { path: '$.words[?match(@, "(a+)+")]', equals: 'aa' } },
        about(words),
      ),
    ).toMatch(/^passed/);
    expect(
      await told(
        { type: 'json-path', value: { path: '$.words[?search(@, "(a+)+$")]', equals: 'aa' } },
        about(words),
      ),
    ).toMatch(/^passed/);
  });

  it('is refused when it is none, and does not visit everything for everything', async () => {
    expect(
      [
        { type: 'json-path' },
        { type: 'json-path', value: { path: '$[' } },
        { type: 'json-path', value: { path: '$.a', equals: 1, exists: true } },
        { type: 'json-path', value: { path: '$.a', exists: 'yes' } },
        { type: 'json-path', value: { path: '$.a', schema: { type: 'strin' } } },
        { type: 'json-path', value: '$[?match(@.a, "(?=a)")]' },
        { type: 'json-path', value: `$${'.a'.repeat(1_000)}` },
      ].flatMap(issues),
    ).toMatchInlineSnapshot(`
      [
        "json-path at value: assertion/bad-value the value must be a JSONPath, or {path, equals, schema, exists}",
        "json-path at value.path: assertion/bad-value no JSONPath: unclosed bracketed selection ('$[':2)",
        "json-path at value: assertion/bad-value only one of equals, schema and exists can be asked",
        "json-path at value.exists: assertion/bad-value must be true or false",
        "json-path at value.schema.type: schema/invalid must be one of "array", "boolean", "integer", "null", "number", "object", "string", not "strin"",
        "json-path at value.path: assertion/regex "(?=a)" is no regular expression that can be used: look-around is not supported (invalid or unsupported Perl syntax: \`(?=\`)",
        "json-path at value.path: assertion/bad-value the path is longer than 1000 characters",
      ]
    `);
    const wide = JSON.stringify(Array.from({ length: 10_000 }, (_, n) => ({ n })));
    expect(await told({ type: 'json-path', value: '$..[?count($..n) > 1]' }, about(wide))).toMatch(
      /^errored .*visits too much/,
    );
    const deep = '['.repeat(5_000) + ']'.repeat(5_000);
    expect(await told({ type: 'json-path', value: '$..a' }, about(deep))).toMatch(/^errored/);
  });
});

describe('SQL', () => {
  const sql = (
    spec: Omit<AssertionSpec, 'type'>,
    problems: Json | ReturnType<typeof unanswered>,
    type = 'is-sql',
  ) =>
    told({ type, ...spec }, about('SELECT 1'), (ask) => {
      if (ask.kind !== 'script' || ask.language !== 'sql') throw new Error(ask.kind);
      expect([ask.text, ask.dialect]).toEqual(['SELECT 1', spec.value ? 'PostgreSQL' : 'MySQL']);
      return problems;
    });

  it('is read where it can be ended', async () => {
    expect([
      await sql({}, []),
      await sql({ value: { databaseType: 'postgresql', allowedTables: ['select::null::t'] } }, [
        'table not allowed: x',
      ]),
      await sql({}, unanswered('no answer within 700 ms')),
      await sql({}, [], 'not-is-sql'),
    ]).toMatchInlineSnapshot(`
      [
        "passed 1: expected the output to be SQL of MySQL, got "SELECT 1"",
        "failed 0: expected the output to be SQL of PostgreSQL within its limits, got table not allowed: x in "SELECT 1"",
        "errored 0: no answer within 700 ms",
        "failed 0: expected the output not to be SQL of MySQL, got "SELECT 1"",
      ]
    `);
    expect(
      [
        { type: 'is-sql', value: 'MySQL' },
        { type: 'is-sql', value: { databaseType: 'Oracle' } },
        { type: 'is-sql', value: { allowedTables: ['t'] } },
        { type: 'is-sql', value: { allowedTables: [] } },
        { type: 'is-sql', value: { tables: [] } },
      ].flatMap(issues),
    ).toMatchInlineSnapshot(`
      [
        "is-sql at value: assertion/bad-value the value must be {databaseType, allowedTables, allowedColumns}",
        "is-sql at value.databaseType: assertion/bad-value must be one of MySQL, PostgreSQL, SQLite, MariaDB, TransactSQL, BigQuery, Snowflake, Redshift, Hive, Athena, DB2, FlinkSQL, Trino",
        "is-sql at value.allowedTables: assertion/bad-value must be a list of entries as in select::null::orders",
        "is-sql at value.allowedTables: assertion/bad-value an empty list says neither that all is allowed nor that nothing is: name what may be touched, or leave it out to allow all",
        "is-sql at value.tables: assertion/bad-value unknown key \`tables\`; there are databaseType, allowedTables, allowedColumns",
      ]
    `);
  });
});

describe('structure', () => {
  it('that is asked for wrongly is told', () => {
    expect(
      [
        { type: 'is-xml', value: 'order,' },
        { type: 'contains-xml', value: { elements: [] } },
        { type: 'is-html', value: 'x' },
        { type: 'is-json', value: { properties: { a: { pattern: '(?=a)' } } } },
      ].flatMap(issues),
    ).toMatchInlineSnapshot(`
      [
        "is-xml at value: assertion/bad-value must be a list of elements, as in [order, order.item]",
        "contains-xml at value.elements: assertion/bad-value unknown key \`elements\`; there are requiredElements",
        "is-html at value: assertion/bad-value takes no value",
        "is-json at value.properties.a.pattern: schema/pattern look-around is not supported (invalid or unsupported Perl syntax: \`(?=\`)",
      ]
    `);
  });
});
