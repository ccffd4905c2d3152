import { spawn } from 'node:child_process';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { graphText, temporaryFolder, type TemporaryFolder } from '@rehearse/testkit';
import { validateXML } from 'xmllint-wasm';

// A real process with much to do, on a machine that may be busy.
jest.setTimeout(600_000);
const BIN = path.resolve(import.meta.dirname, '../../bin/rehearse.mjs');
const CASES = 10_000;
/** The journals and results of the runs are five times as much. */
const HEAP_MB = 128;

let folder: TemporaryFolder;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder.remove());

const suite = graphText(
  `providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: "It is {{ inputs.n }}."}}]}
inputs: {type: object, required: [n], properties: {n: {type: string}}}
nodes: {a: {type: llm, prompt: "What is {{ inputs.n }}?"}}
assert: [{type: contains, value: It is}, {type: not-contains, value: "It is 777."}, {type: latency, threshold: 20s}]
cases:
${Array.from({ length: CASES }, (_, index) => `  - {id: c${index}, vars: {n: "${index}"}}`).join('\n')}
`,
  'suite',
);

const reports = ['junit=r.xml', 'html=r.html', 'json=r.jsonl', 'sarif=r.sarif'];

describe('ten thousand cases', () => {
  it('run in a small heap, are told whole in every report and kept in the cassette, and one failure ends them with 100', async () => {
    folder.write('suite.yaml', suite);
    const argv = [
      'run',
      'suite.yaml',
      ...reports.flatMap((one) => ['--reporter', one]),
      ...['--cassette', 'c.jsonl', '--mode', 'record'],
    ];
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, BIN, ...argv], {
      cwd: folder.path,
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (part) => (out += String(part)));
    child.stderr.on('data', (part) => (err += String(part)));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect({ code, err }).toEqual({ code: 100, err: '' });
    expect(out).toContain('Runs     10,000: 9,999 passed, 1 failed');
    expect(out).toMatch(/✗ c777 {2}failed/);

    const xml = folder.read('r.xml');
    const schema = readFileSync(new URL('../../fixtures/reports/junit.xsd', import.meta.url), 'utf8');
    expect(
      (await validateXML({ xml, schema, initialMemoryPages: 4_096, maxMemoryPages: 16_384 })).errors,
    ).toEqual([]);
    expect(xml).toContain('<testsuites name="rehearse" tests="10000" failures="1" errors="0" skipped="0"');
    expect(xml.match(/<testcase /g)).toHaveLength(CASES);

    expect(folder.read('r.jsonl').trim().split('\n')).toHaveLength(CASES + 2);
    expect(JSON.parse(folder.read('r.sarif'))).toMatchObject({
      runs: [{ results: [{ ruleId: 'assertion/not-contains' }] }],
    });
    expect(folder.read('r.html').match(/^\{"graph":"suite"/gm)).toHaveLength(CASES);

    let headers = 0;
    const lines = createInterface(createReadStream(path.join(folder.path, 'c.jsonl')));
    for await (const line of lines) if (line.includes('"rehearse":"cassette/v1"')) headers++;
    expect(headers).toBe(CASES);
    // The results alone would not have fitted.
    expect(statSync(path.join(folder.path, 'c.jsonl')).size).toBeGreaterThan(30_000_000);
  });
});
