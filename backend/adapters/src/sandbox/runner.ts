// The process that works out what cannot be trusted to end: programs in a QuickJS of WebAssembly without any host object, and SQL
// with a parser that backtracks. It has no environment, no files beside its own packages and no network worth having; whoever
// started it ends it when an answer does not come. It stands alone, so that it can also be started from its source.
import { existsSync, readFileSync, writeSync } from 'node:fs';
import release from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core';
import type { Job, Limits, Reply } from './protocol.js';

const limits = JSON.parse(process.argv[2]!) as Limits;

/** Written at once, so that what is missing after a kill was not worked out. */
const reply = (message: Reply): void => void writeSync(1, `${JSON.stringify(message)}\n`);

/** In the bundle it lies beside this file. */
function webAssembly(): ArrayBuffer {
  const beside = new URL('quickjs.wasm', import.meta.url);
  const installed = () => new URL(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'));
  return new Uint8Array(readFileSync(existsSync(beside) ? beside : installed())).buffer;
}

/** Its types are those of its CommonJS half. */
const variant = release as unknown as QuickJSSyncVariant;
const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmBinary: webAssembly() }));

/** A program that is compiled and waits for its next output. */
interface Program {
  context: QuickJSContext;
  run: QuickJSHandle;
  /**
   * When the run that is under way began, in milliseconds of processor time. Known from the first time that QuickJS looks whether
   * to go on: most programs have ended before, and asking the system takes as long as they do.
   */
  startedAt: number | undefined;
}

const programs = new Map<string, Program>();
/** Each takes about a megabyte. */
const MOST_PROGRAMS = 32;

/** Of the thread that runs programs: others translate WebAssembly and collect garbage meanwhile, through no fault of a program. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

/**
 * Everything that could carry something from one run to the next, or make two runs differ, is frozen or replaced: a program
 * sees the same world each time. `run` draws random numbers from the seed (mulberry32, public domain) and gives JSON.
 */
const PRELUDE = `(() => {
  'use strict';
  let state = 0;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const AT = 1767225600000;
  const RealDate = Date;
  function FrozenDate(...parts) {
    if (new.target === undefined) return new RealDate(AT).toString();
    return Reflect.construct(RealDate, parts.length === 0 ? [AT] : parts, new.target);
  }
  FrozenDate.prototype = RealDate.prototype;
  FrozenDate.prototype.constructor = FrozenDate;
  for (const name of ['parse', 'UTC']) FrozenDate[name] = RealDate[name];
  FrozenDate.now = () => AT;
  globalThis.Date = FrozenDate;
  Math.random = random;
  const seen = new Set();
  const freeze = (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
    seen.add(value);
    freeze(Object.getPrototypeOf(value));
    for (const key of Reflect.ownKeys(value)) {
      const { value: own, get, set } = Object.getOwnPropertyDescriptor(value, key);
      freeze(own); freeze(get); freeze(set);
    }
    if (value !== globalThis) Object.freeze(value);
  };
  freeze(globalThis);
  for (const sample of [function* () {}, async function () {}, async function* () {}]) freeze(sample);
  const { parse, stringify } = JSON;
  return (program) => {
    Object.freeze(globalThis);
    return (json) => {
      const { output, context, seed } = parse(json);
      state = seed | 0;
      const given = program(output, context);
      return given === undefined ? 'undefined' : stringify(given) ?? 'undefined';
    };
  };
})()`;

type Source = Pick<Extract<Job, { language: 'javascript' }>, 'source' | 'form'>;

const BODIES: Readonly<Record<Source['form'], (source: string, context: QuickJSContext) => string>> = {
  expression: (source) => `return (${source}\n);`,
  body: (source, context) => (isScript(source, context) ? BODIES.statements(source, context) : source),
  // The value of the last statement, which only eval tells.
  statements: (source) => `return eval(${JSON.stringify(source)});`,
};

/** Whether it is one as it stands: a `return` that is in no function of its own is an error there. Compiled, not run. */
function isScript(source: string, context: QuickJSContext): boolean {
  const compiled = context.evalCode(source, 'assertion.js', { compileOnly: true, strict: true });
  compiled.dispose();
  return compiled.error === undefined;
}

/** A world that no program has been put into yet. */
interface World {
  program: Program;
  wrap: QuickJSHandle;
}

function newWorld(): World {
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(limits.memoryBytes);
  runtime.setMaxStackSize(limits.stackBytes);
  const context = runtime.newContext();
  // Our own prelude has the time that it takes.
  const program = { context, startedAt: Infinity } as Program;
  runtime.setInterruptHandler(() => {
    const now = cpuMs();
    return now - (program.startedAt ??= now) > limits.cpuMs;
  });
  return { program, wrap: context.unwrapResult(context.evalCode(PRELUDE)) };
}

/** The program as a function of JSON to JSON. */
function putInto({ program: { context }, wrap }: World, { source, form }: Source): QuickJSHandle {
  const text = `(function (output, context) { 'use strict'; ${BODIES[form](source, context)}\n})`;
  const body = context.unwrapResult(context.evalCode(text, 'assertion.js'));
  try {
    return context.unwrapResult(context.callFunction(wrap, context.undefined, body));
  } finally {
    body.dispose();
  }
}

/**
 * The first program takes as long as hundreds of others, since WebAssembly is translated as it is used: that is done before one is
 * asked for, and counts against none. What was run leaves no trace, as no program does.
 */
function warmWorld(): World {
  const world = newWorld();
  const { context } = world.program;
  const run = putInto(world, { source: 'output', form: 'expression' });
  const input = context.newString('{"output": "", "context": {}, "seed": 1}');
  const result = context.unwrapResult(context.callFunction(run, context.undefined, input));
  context.getString(result);
  for (const handle of [result, input, run]) handle.dispose();
  return world;
}

/** Made while nothing is asked yet. */
let spare: World | undefined = warmWorld();

function compile(source: Source): Program {
  const world = spare ?? newWorld();
  spare = undefined;
  const { program, wrap } = world;
  program.startedAt = undefined;
  try {
    program.run = putInto(world, source);
  } catch (error) {
    wrap.dispose();
    end(program.context);
    throw error;
  }
  wrap.dispose();
  return program;
}

/** The least recently used program makes room. */
function programOf(job: Extract<Job, { language: 'javascript' }>): Program {
  const key = `${job.form} ${job.source}`;
  const known = programs.get(key);
  if (known) programs.delete(key);
  const [oldest] = programs.keys();
  if (!known && programs.size >= MOST_PROGRAMS && oldest !== undefined) forget(oldest);
  const program = known ?? compile(job);
  programs.set(key, program);
  return program;
}

function forget(key: string): void {
  const program = programs.get(key);
  programs.delete(key);
  if (!program) return;
  program.run.dispose();
  end(program.context);
}

function end(context: QuickJSContext): void {
  const { runtime } = context;
  context.dispose();
  runtime.dispose();
}

function evaluate(job: Extract<Job, { language: 'javascript' }>): Reply {
  const program = programOf(job);
  const { context, run } = program;
  program.startedAt = undefined;
  const input = context.newString(JSON.stringify({ ...job.bindings, seed: job.seed }));
  const result = context.callFunction(run, context.undefined, input);
  input.dispose();
  if (result.error) {
    const error = errorOf(context.dump(result.error), job.source);
    result.error.dispose();
    // What ran out of something may have left anything behind; what throws leaves as little as what gives a value.
    if (error.code !== 'sandbox/error') forget(`${job.form} ${job.source}`);
    return { error };
  }
  const json = context.getString(result.value);
  result.value.dispose();
  if (json === 'undefined')
    return { error: { code: 'sandbox/error', message: 'the program gave nothing back' } };
  if (json.length > limits.answerChars)
    return {
      error: {
        code: 'sandbox/memory',
        message: `the program gave more than ${limits.answerChars} characters`,
      },
    };
  return { value: JSON.parse(json) as unknown };
}

function errorOf(thrown: unknown, source = ''): Extract<Reply, { error: unknown }>['error'] {
  const { name, message } =
    typeof thrown === 'object' && thrown !== null ? (thrown as { name?: unknown; message?: unknown }) : {};
  const text = message === undefined ? String(thrown) : `${String(name)}: ${String(message)}`;
  if (name === 'InternalError' && message === 'interrupted')
    return { code: 'sandbox/timeout', message: `the program took more than ${limits.cpuMs} ms` };
  // QuickJS throws null where not even an error finds room; a program that does has to say so.
  const hasNoRoom = thrown === null && !source.includes('throw');
  if (
    hasNoRoom ||
    message === 'out of memory' ||
    message === 'stack overflow' ||
    message === 'string too long'
  )
    return {
      code: 'sandbox/memory',
      message: `the program took more memory than it may: ${hasNoRoom ? 'out of memory' : text}`,
    };
  return { code: 'sandbox/error', message: `the program threw ${text.slice(0, 2_000)}` };
}

interface SqlParser {
  astify(text: string, options: { database: string }): unknown;
  whiteListCheck(
    text: string,
    allowed: readonly string[],
    options: { database: string; type: string },
  ): unknown;
}

type Dialect = Extract<Job, { language: 'sql' }>['dialect'];

/** In so many words, because a bundler takes along only what it can read. */
const DIALECTS: Readonly<Record<Dialect, () => Promise<unknown>>> = {
  MySQL: () => import('node-sql-parser/build/mysql.js'),
  PostgreSQL: () => import('node-sql-parser/build/postgresql.js'),
  SQLite: () => import('node-sql-parser/build/sqlite.js'),
  MariaDB: () => import('node-sql-parser/build/mariadb.js'),
  TransactSQL: () => import('node-sql-parser/build/transactsql.js'),
  BigQuery: () => import('node-sql-parser/build/bigquery.js'),
  Snowflake: () => import('node-sql-parser/build/snowflake.js'),
  Redshift: () => import('node-sql-parser/build/redshift.js'),
  Hive: () => import('node-sql-parser/build/hive.js'),
  Athena: () => import('node-sql-parser/build/athena.js'),
  DB2: () => import('node-sql-parser/build/db2.js'),
  FlinkSQL: () => import('node-sql-parser/build/flinksql.js'),
  Trino: () => import('node-sql-parser/build/trino.js'),
};

const parsers = new Map<Dialect, SqlParser>();

async function parserOf(dialect: Dialect): Promise<SqlParser> {
  const known = parsers.get(dialect);
  if (known) return known;
  const { default: library } = (await DIALECTS[dialect]()) as {
    default: { Parser: new () => SqlParser };
  };
  const parser = new library.Parser();
  parsers.set(dialect, parser);
  return parser;
}

async function checkSql({
  text,
  dialect,
  tables,
  columns,
}: Extract<Job, { language: 'sql' }>): Promise<Reply> {
  const parser = await parserOf(dialect);
  const options = { database: dialect };
  let what = `no SQL of ${dialect}`;
  try {
    const statements = statementsOf(parser.astify(text, options));
    what = 'table not allowed';
    if (tables) {
      parser.whiteListCheck(text, tables, { ...options, type: 'table' });
      checkMade(statements, tables);
    }
    what = 'column not allowed';
    if (columns) parser.whiteListCheck(text, columns, { ...options, type: 'column' });
    return { value: [] };
  } catch (error) {
    if (error instanceof RangeError) return TOO_DEEP;
    const message = error instanceof Error ? error.message : String(error);
    return {
      value: [`${what}: ${message.replace(/Expected .* but/s, 'unexpected:').slice(0, 300)}`],
    };
  }
}

/** That the parser has no stack left says nothing of the text. */
const TOO_DEEP: Reply = {
  error: { code: 'sandbox/memory', message: 'the SQL is nested too deeply to be read' },
};

/** Most parsers take no text, or a comment alone, for a list of no statements. */
function statementsOf(tree: unknown): unknown[] {
  const statements = [tree].flat(2);
  if (statements.length === 0) throw new Error('there is no statement');
  return statements;
}

/** What `SELECT … INTO` makes is a table, or a file, that the parser lists nowhere. */
function checkMade(tree: unknown, allowed: readonly string[]): void {
  for (const { expr } of intosIn(tree)) {
    // Variables: `@a`, or a list of them.
    if (expr === undefined || Array.isArray(expr) || (typeof expr === 'string' && expr.startsWith('@')))
      continue;
    const name = typeof expr === 'string' ? expr : String((expr as { value?: unknown }).value);
    const authority = `create::null::${name}`;
    if (!allowed.some((pattern) => new RegExp(`^${pattern}$`, 'i').test(authority)))
      throw new Error(`authority = '${authority}' is required in table whiteList to execute SELECT INTO`);
  }
}

function intosIn(tree: unknown): { expr?: unknown }[] {
  const intos: { expr?: unknown }[] = [];
  const left = [tree];
  while (left.length > 0) {
    const part = left.pop();
    if (typeof part !== 'object' || part === null) continue;
    if ('type' in part && part.type === 'into') intos.push(part as { expr?: unknown });
    for (const member of Object.values(part) as unknown[]) left.push(member);
  }
  return intos;
}

async function work(job: Job): Promise<Reply> {
  try {
    return job.language === 'sql' ? await checkSql(job) : evaluate(job);
  } catch (error) {
    return { error: errorOf(error) };
  }
}

reply({ ready: true });
// Lines end with \n alone: JSON leaves other ends of lines as they are, such as U+2028.
let rest = '';
for await (const chunk of process.stdin.setEncoding('utf8') as AsyncIterable<string>) {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop()!;
  for (const line of lines) reply(await work(JSON.parse(line) as Job));
}
