// Uses the command line as people do, and keeps the code that V8 has made of it by then beside the bundle.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keepHeapFlat } from '../../backend/cli/bin/flat-heap.mjs';
import { codeOf, loadBundle } from '../../backend/cli/bin/load-bundle.mjs';
import { startModelServer } from '../bench/model-server.mjs';

const { url } = await startModelServer(0);
const graph = `apiVersion: rehearse/v1
kind: Graph
name: suite
providers:
  main: {targets: [{provider: openai-compatible, model: m, baseUrl: "${url}"}]}
nodes:
  ask: {type: llm, prompt: "What is {{ inputs.i }}?"}
assert:
  - {type: contains, value: n}
  - {type: is-json, value: {type: object, required: [n], properties: {n: {type: number}}}}
  - {type: javascript, value: JSON.parse(output).n === 42}
cases: [{dataset: cases.csv}]
`;
const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-'));
const { main, scripts } = loadBundle();
try {
  writeFileSync(path.join(folder, 'suite.yaml'), graph);
  writeFileSync(path.join(folder, 'cases.csv'), 'i\n1\n2\n3\n');
  for (const command of [
    'validate suite.yaml',
    'run suite.yaml',
    'run suite.yaml --reporter json --output r.jsonl',
    'run suite.yaml --cassette c.jsonl --mode record',
    'run suite.yaml --cassette c.jsonl --mode replay',
    'replay c.jsonl',
  ])
    await use(command.split(' '));
  // V8 takes code under the flags that it was made under, and a file may be loaded before a command sets those of its heap, or after.
  keep();
  keepHeapFlat();
  keep();
} finally {
  rmSync(folder, { recursive: true });
}
process.exit();

async function use(argv) {
  let said = '';
  const out = { write: (text) => (said += text) };
  const env = { ...process.env, REHEARSE_HOME: folder };
  const io = { stdout: out, stderr: out, stdin: process.stdin, env, cwd: folder };
  const code = await main(argv, io);
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}:\n${said}`);
}

function keep() {
  for (const [file, script] of scripts) writeFileSync(codeOf(file), script.createCachedData());
}
