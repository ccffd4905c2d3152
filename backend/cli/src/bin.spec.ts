import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { graphText, temporaryFolder } from '@rehearse/testkit';

// Real processes, on a machine that may be busy.
jest.setTimeout(60_000);
const run = promisify(execFile);
const BIN = path.resolve(import.meta.dirname, '../bin/rehearse.mjs');
const PACKAGE = path.resolve(import.meta.dirname, '../../../package.json');
const EXAMPLES = path.resolve(import.meta.dirname, '../examples');

const SLOW_FAILURES = `providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: hi}, latency: 100ms}]}
nodes: {a: {type: llm, prompt: x}}
assert: [{type: equals, value: ho}]
cases: [{id: c, repeat: {runs: 5}}]
`;

/** What a file was bundled from. */
function sourcesOf(url: string): string[] {
  const map = url.startsWith('file:') ? `${fileURLToPath(url)}.map` : '';
  return existsSync(map) ? (JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] }).sources : [];
}

describe('the program', () => {
  it('runs the hello graph as a process of its own', async () => {
    const { stdout, stderr } = await run(process.execPath, [BIN, 'run', 'hello.yaml', '--reporter', 'json'], {
      cwd: EXAMPLES,
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({
      event: 'done',
      passed: 4,
      exitCode: 0,
    });
  });

  it('loads the server where a command needs it, and says nothing of how', async () => {
    const migrating = run(process.execPath, [BIN, 'migrate'], {
      env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: 'postgresql://none@127.0.0.1:1/none' },
    });
    await expect(migrating).rejects.toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/^error The database does not answer: [^\n]+\n$/) as unknown,
    });
  });

  it('says which Node it needs, to one that is too old for it', async () => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.14.0' } })`;
    const running = run(process.execPath, [
      '--import',
      `data:text/javascript,${older}`,
      BIN,
      'run',
      'hello.yaml',
    ]);
    await expect(running).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: [
        'error rehearse needs Node 22.15 or later, and this is 22.14.0 (cli/old-node)\n',
        'help  Install a later one: https://nodejs.org.\n',
      ].join(''),
    });
    const { engines } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { engines: { node: string } };
    expect(engines.node).toBe('>=22.15');
  });

  it('hands its exit code on', async () => {
    await expect(run(process.execPath, [BIN, 'run', 'absent.yaml'], { cwd: EXAMPLES })).rejects.toMatchObject(
      {
        code: 2,
        stdout: '',
      },
    );
  });

  it.each([
    [
      'loads nothing of the server for a run, nor what only calls or recordings need',
      ['run', 'hello.yaml'],
      /backend.server|nestjs|prisma|fastify|socket[.]io|xmlbuilder2|node:https?$|ipaddr|eventsource-parser|cockatiel|contracts.src.journal|replay.strict/,
    ],
    [
      'does not even load the engine to show its help',
      ['--help'],
      /backend.(server|engine|contracts)|zod|ajv|cel-js/,
    ],
  ])('%s', async (_, argv, heavy) => {
    const script = `
      process.argv = [process.argv[0], 'rehearse', ...${JSON.stringify(argv)}];
      const { Session } = await import('node:inspector');
      const { writeSync } = await import('node:fs');
      const seen = [];
      const session = new Session();
      session.connect();
      session.on('Debugger.scriptParsed', ({ params }) => seen.push(params.url));
      session.post('Debugger.enable');
      process.on('exit', () => writeSync(2, JSON.stringify(seen)));
      await import(${JSON.stringify(BIN)});
    `;
    const { stderr } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: EXAMPLES });
    const seen = (JSON.parse(stderr) as string[]).flatMap((url) => [url, ...sourcesOf(url)]);
    expect(seen.some((url) => url.includes('commander'))).toBe(true);
    expect(seen.filter((url) => heavy.test(url))).toEqual([]);
  });

  it('runs with the code that V8 made of the bundle when it was built', async () => {
    const script = `
      const { keepHeapFlat } = await import(${JSON.stringify(path.resolve(BIN, '../flat-heap.mjs'))});
      const { loadBundle } = await import(${JSON.stringify(path.resolve(BIN, '../load-bundle.mjs'))});
      const { main, processIo, scripts } = loadBundle();
      process.exitCode = await main(['run', 'hello.yaml'], processIo({ beforeRuns: keepHeapFlat }));
      process.stderr.write(JSON.stringify([...scripts].map(([file, { cachedDataRejected }]) => [file, cachedDataRejected])));
    `;
    // Left out, Node would hand it on all the same.
    const env = { ...process.env, NODE_V8_COVERAGE: '' };
    const { stderr } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: EXAMPLES,
      env,
    });
    const seen = JSON.parse(stderr) as [file: string, isRejected: boolean | undefined][];
    expect(seen.length).toBeGreaterThan(10);
    expect(seen.filter(([, isRejected]) => isRejected !== false)).toEqual([]);
  });

  it('stops at the first Ctrl-C, keeps what it has recorded, and ends with 130', async () => {
    const folder = temporaryFolder();
    const slow = `providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{when: 'run.seed == 1.0', reply: {content: hi}}, {reply: {content: hi}, latency: 60s}]}
nodes: {a: {type: llm, prompt: x}}
assert: [{type: equals, value: hi}]
cases: [{id: c, repeat: {runs: 3}}]
`;
    folder.write('slow.yaml', graphText(slow));
    const argv = [BIN, 'run', 'slow.yaml', '--cassette', 'c.jsonl', '--mode', 'record', '--reporter', 'json'];
    const child = spawn(process.execPath, argv, { cwd: folder.path });
    child.stdout.on('data', (part) => String(part).includes('"run"') && child.kill('SIGINT'));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(130);
    expect(
      folder
        .read('c.jsonl')
        .split('\n')
        .filter((line) => line.includes('run.finished')),
    ).toHaveLength(1);
    folder.remove();
  });

  it('has told everything before it ends, also to a reader that takes its time', async () => {
    const argv = [BIN, 'run', 'hello.yaml', '--repeat', '400', '--reporter', 'json'];
    const child = spawn(process.execPath, argv, { cwd: EXAMPLES });
    let stdout = '';
    child.stdout.pause();
    setTimeout(() => child.stdout.on('data', (part) => (stdout += String(part))).resume(), 500);
    await new Promise((resolve) => child.once('close', resolve));
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ event: 'done', passed: 800 });
  });

  describe('whose reader stops early', () => {
    /** Closes its standard output at the first word. */
    async function cutShort(argv: readonly string[], cwd: string) {
      const child = spawn(process.execPath, [BIN, ...argv], { cwd });
      let stderr = '';
      child.stderr.on('data', (part) => (stderr += String(part)));
      child.stdout.once('data', () => child.stdout.destroy());
      const code = await new Promise((resolve) => child.once('exit', resolve));
      return { code, stderr };
    }

    it('is quiet', async () => {
      const argv = ['run', 'hello.yaml', '--repeat', '200', '--reporter', 'json'];
      expect(await cutShort(argv, EXAMPLES)).toEqual({ code: 0, stderr: '' });
    });

    it('makes every run all the same, and ends with their exit code', async () => {
      const folder = temporaryFolder();
      folder.write('slow.yaml', graphText(SLOW_FAILURES));
      const argv = ['run', 'slow.yaml', '--cassette', 'c.jsonl', '--mode', 'record', '--reporter', 'json'];
      expect(await cutShort([...argv, '--concurrency', '1'], folder.path)).toEqual({ code: 100, stderr: '' });
      expect(folder.read('c.jsonl').match(/"type":"run.finished"/g)).toHaveLength(5);
      folder.remove();
    });

    it('watches no longer, at the latest when something has changed', async () => {
      const folder = temporaryFolder();
      folder.write('slow.yaml', graphText(SLOW_FAILURES));
      const change = setInterval(() => folder.write('slow.yaml', graphText(SLOW_FAILURES)), 500);
      const { code } = await cutShort(['run', 'slow.yaml', '--watch', '--reporter', 'json'], folder.path);
      clearInterval(change);
      expect(code).toBe(100);
      folder.remove();
    });
  });
});
