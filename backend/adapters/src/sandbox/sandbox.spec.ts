import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Json } from '@rehearse/contracts';
import type { Answer, ScriptAsk } from '@rehearse/engine';
import { newSandbox } from './sandbox.js';

const sandbox = newSandbox();
afterAll(() => sandbox.close());

type Program = Extract<ScriptAsk, { language: 'javascript' }>;

const ask = (source: string, more: Partial<Program> = {}): Program => ({
  ...{ kind: 'script', language: 'javascript', source, form: 'expression', seed: 1 },
  bindings: { output: '{"n": 42}', context: { vars: { city: 'Oslo' } } },
  ...more,
});

const told = (answer: Answer): Json =>
  answer.ok ? answer.value : `${answer.error.code}: ${answer.error.message}`;
const run = async (source: string, more?: Partial<Program>): Promise<Json> =>
  told(await sandbox.run(ask(source, more)));

/** The processes that this one started, as Linux tells of them. */
const children = (): number[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);

describe('the sandbox', () => {
  // Only Linux tells what another process has taken.
  it('does not take a machine that is busy for a program without end', async () => {
    if (process.platform !== 'linux') return;
    const before = new Set(children());
    const own = newSandbox({ wallMs: 300 });
    expect(told(await own.run(ask('1 + 1')))).toBe(2);
    const [pid] = children().filter((child) => !before.has(child));
    process.kill(pid!, 'SIGSTOP');
    const answer = own.run(ask('2 + 2'));
    await sleep(1_000);
    process.kill(pid!, 'SIGCONT');
    expect(told(await answer)).toBe(4);
    own.close();
  });

  it('gives what an expression, a function body or the last statement gives', async () => {
    expect(await run('JSON.parse(output).n === 42')).toBe(true);
    expect(await run('({pass: true, score: 0.5, reason: context.vars.city})')).toEqual({
      pass: true,
      score: 0.5,
      reason: 'Oslo',
    });
    expect(await run('const n = JSON.parse(output).n;\nreturn n / 84;', { form: 'body' })).toBe(0.5);
    expect(await run('const n = JSON.parse(output).n; n > 41', { form: 'statements' })).toBe(true);
    expect(await run('let x = 1', { form: 'statements' })).toBe(
      'sandbox/error: the program gave nothing back',
    );
  });

  it.each([
    ['const f = (s) => { return s.length }; f(output) > 3', true],
    ['function f(a){ return a } f(7)', 7],
    ['let s = "return"; s.length', 6],
    ['const f = () => { return 1 }; if (output) return f() + 1', 2],
    ['function f() { return 1 }', 'sandbox/error: the program gave nothing back'],
  ])('finds out whether a program with the word return is a body: %s', async (source, gives) => {
    expect(await run(source, { form: 'body' })).toEqual(gives);
  });

  it.each([
    ['throw null', 'sandbox/error: the program threw null'],
    ['throw undefined', 'sandbox/error: the program threw undefined'],
    ['const x = null; throw x', 'sandbox/error: the program threw null'],
    ['throw new RangeError("far")', 'sandbox/error: the program threw RangeError: far'],
  ])('says what was thrown: %s', async (source, says) => {
    expect(await run(source, { form: 'body' })).toBe(says);
  });

  it('takes and gives whatever a text may hold, also the ends of lines that JSON leaves as they are', async () => {
    const text = 'one\u2028two\u2029three\r\nfour\rfive 😀';
    const bindings = { output: text, context: null };
    expect(await run('output', { bindings })).toBe(text);
    expect(await run('output.length', { bindings })).toBe(text.length);
  });

  it('is the same world in each run: random numbers follow from the seed, time stands still', async () => {
    const source = '[Math.random(), Date.now(), new Date().getTime(), new Date(5).getTime()]';
    const first = await run(source);
    expect(await run(source)).toEqual(first);
    expect(await run(source, { seed: 2 })).not.toEqual(first);
    expect((first as number[]).slice(1)).toEqual([1767225600000, 1767225600000, 5]);
  });

  it('lets nothing pass from one run to the next', async () => {
    const leak = `globalThis.n = (globalThis.n ?? 0) + 1`;
    expect(await run(leak, { form: 'statements' })).toContain('sandbox/error');
    const traces = [
      'Array.prototype.x = 1',
      'Object.prototype.y = 1',
      '(function () {}).constructor("z = 1; return 1")()',
      'Math.max = 1',
      '(async () => {}).constructor.prototype.w = 1',
    ];
    for (const trace of traces)
      await run(
        `(() => { try { ${trace} } catch {} return [[].x, ({}).y, typeof z, typeof Math.max, (async () => {}).constructor.prototype.w].join() })()`,
      );
    for (const trace of traces)
      expect(
        await run(
          `(() => { try { ${trace} } catch {} return [[].x, ({}).y, typeof z, typeof Math.max, (async () => {}).constructor.prototype.w].join() })()`,
        ),
      ).toBe(',,undefined,function,');
  });

  it('is the same world after a program has thrown', async () => {
    const source = `(() => { if (output === 'bad') throw new TypeError('no'); return Math.random(); })()`;
    const given = (output: string) => run(source, { bindings: { output, context: {} } });
    const first = await given('good');
    expect(await given('bad')).toBe('sandbox/error: the program threw TypeError: no');
    expect(await given('good')).toBe(first);
  });

  it('has no file, network, timer or host object', async () => {
    const names = [
      'process',
      'require',
      'module',
      'fetch',
      'setTimeout',
      'console',
      'Buffer',
      'WebAssembly',
      'XMLHttpRequest',
      'std',
      'os',
    ];
    expect(await run(`[${names.map((name) => `typeof ${name}`).join()}].join()`)).toBe(
      names.map(() => 'undefined').join(),
    );
    expect(await run('import("node:fs")')).toMatchInlineSnapshot(`{}`);
    expect(await run('this.constructor.constructor("return process")()')).toContain('sandbox/error');
    expect(await run('(function () { return this })() === undefined')).toBe(true);
  });

  it.each([
    ['loops', 'for (;;);', 'sandbox/timeout'],
    ['has a pattern that backtracks', 'return /^(a+)+$/.test("a".repeat(40) + "b")', 'sandbox/timeout'],
    ['allocates', 'const list = []; for (;;) list.push(new Array(10000).fill(1))', 'sandbox/'],
    ['grows a string', 'let s = "x"; for (;;) s += s + output', 'sandbox/memory'],
    ['makes one huge string', 'return "x".repeat(2 ** 29).length', 'sandbox/memory'],
    ['calls itself', 'const f = () => f() + 1; return f()', 'sandbox/memory'],
    [
      'joins without end',
      'let s = "x".repeat(1e6); const a = []; for (let i = 0; i < 1e9; i++) a.push(s.split("").join(i))',
      'sandbox/',
    ],
    ['answers too much', 'return "x".repeat(100000)', 'sandbox/memory'],
    ['throws', 'throw new TypeError("no")', 'sandbox/error'],
    ['throws a trap', 'throw { get message() { for (;;); } }', 'sandbox/'],
    ['answers a trap', 'return { toJSON() { for (;;); } }', 'sandbox/timeout'],
    ['reads a file', 'return require("node:fs").readFileSync("/etc/passwd", "utf8")', 'sandbox/error'],
    ['is not JavaScript', 'return ((', 'sandbox/error'],
  ])('answers a program that %s with a typed error, and lives', async (_, source, code) => {
    await run('true');
    expect(await run(source, { form: 'body' })).toContain(code);
    // A new process may start slowly where much else runs; it answers in the end.
    let answer = await run('1 + 1');
    while (answer !== 2) answer = await run('1 + 1');
    expect(answer).toBe(2);
  });

  it('keeps nothing of programs that are no JavaScript', async () => {
    if (process.platform !== 'linux') return;
    const before = new Set(children());
    const own = newSandbox();
    await own.run(ask('1'));
    const [pid] = children().filter((child) => !before.has(child));
    const megabytes = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024;
    for (let n = 0; n < 40; n++) await own.run(ask(`((${n}`));
    const settled = megabytes();
    for (let n = 0; n < 400; n++) expect(told(await own.run(ask(`((( ${n}`)))).toContain('sandbox/error');
    // A world takes a sixth of a megabyte.
    expect(megabytes() - settled).toBeLessThan(25);
    expect(told(await own.run(ask('1 + 1')))).toBe(2);
    own.close();
  });

  it('answers what waits behind a program that has to be killed', async () => {
    const killed = newSandbox({ limits: { cpuMs: 60_000 } });
    const answers = await Promise.all([
      killed.run(ask('1')),
      killed.run(ask('(() => { for (;;); })()')),
      killed.run(ask('2')),
      killed.run(ask('3')),
    ]);
    killed.close();
    expect(answers.map(told)).toEqual([1, 'sandbox/timeout: no answer within 700 ms', 2, 3]);
  });

  const sql = async (text: string, more: Partial<Extract<ScriptAsk, { language: 'sql' }>> = {}) =>
    told(
      await sandbox.run({
        kind: 'script',
        language: 'sql',
        text,
        dialect: 'MySQL',
        tables: null,
        columns: null,
        ...more,
      }),
    );

  it('takes no text and a comment for no SQL, whatever the database', async () => {
    const texts = ['', '   ', ';', ' -- nothing\n', '/* nothing */;'];
    for (const dialect of ['MySQL', 'PostgreSQL', 'TransactSQL'] as const)
      for (const text of texts)
        expect(await sql(text, { dialect })).toEqual([expect.stringMatching(/^no SQL of/)]);
    expect(await sql('SELECT 1; -- done')).toEqual([]);
  });

  it('takes SELECT INTO for the making of a table or a file', async () => {
    const tables = ['select::null::orders'];
    const dialect = 'PostgreSQL' as const;
    expect(await sql('SELECT * INTO z FROM orders', { dialect, tables })).toMatchInlineSnapshot(`
      [
        "table not allowed: authority = 'create::null::z' is required in table whiteList to execute SELECT INTO",
      ]
    `);
    for (const text of ['SELECT * INTO "z" FROM orders', 'WITH q AS (SELECT * INTO z FROM orders) SELECT 1'])
      expect(await sql(text, { dialect, tables })).toHaveLength(1);
    expect(await sql('SELECT 1; SELECT * INTO z FROM orders', { dialect, tables })).toHaveLength(1);
    expect(await sql("SELECT * FROM orders INTO OUTFILE '/tmp/x'", { tables })).toHaveLength(1);
    expect(await sql('SELECT * INTO [z] FROM orders', { dialect: 'TransactSQL', tables })).toHaveLength(1);
    expect(await sql('SELECT a INTO @a FROM orders', { tables })).toEqual([]);
    expect(
      await sql('SELECT * INTO z FROM orders', { dialect, tables: [...tables, 'create::null::z'] }),
    ).toEqual([]);
    expect(await sql('SELECT * INTO z FROM orders', { dialect })).toEqual([]);
  });

  it('cannot tell of SQL that is nested too deeply', async () => {
    expect(await sql(`SELECT ${'('.repeat(3_000)}1${')'.repeat(3_000)}`)).toBe(
      'sandbox/memory: the SQL is nested too deeply to be read',
    );
    expect(await sql('SELECT 1')).toEqual([]);
  });

  it('reads SQL of many databases, and holds it to tables and columns', async () => {
    expect(await sql('SELECT a, b FROM t WHERE c = 1')).toEqual([]);
    expect(await sql('SELEC a FROM t')).toMatchInlineSnapshot(`
      [
        "no SQL of MySQL: unexpected: "a" found.",
      ]
    `);
    expect(await sql('SELECT a FROM t', { tables: ['select::null::t'] })).toEqual([]);
    expect(await sql('SELECT a FROM secret', { tables: ['select::null::t'] })).toMatchInlineSnapshot(`
      [
        "table not allowed: authority = 'select::null::secret' is required in table whiteList to execute SQL = 'SELECT a FROM secret'",
      ]
    `);
    expect(await sql('DELETE FROM t', { tables: ['select::null::t'] })).toMatchInlineSnapshot(`
      [
        "table not allowed: authority = 'delete::null::t' is required in table whiteList to execute SQL = 'DELETE FROM t'",
      ]
    `);
    expect(await sql('SELECT a FROM t', { columns: ['select::t::b'] })).toMatchInlineSnapshot(`
      [
        "column not allowed: authority = 'select::null::a' is required in column whiteList to execute SQL = 'SELECT a FROM t'",
      ]
    `);
    const dialects = [
      'PostgreSQL',
      'SQLite',
      'MariaDB',
      'TransactSQL',
      'BigQuery',
      'Snowflake',
      'Redshift',
      'Hive',
      'Athena',
      'DB2',
      'FlinkSQL',
      'Trino',
    ] as const;
    expect(await Promise.all(dialects.map((dialect) => sql('SELECT a FROM t', { dialect })))).toEqual(
      dialects.map(() => []),
    );
  });
});
