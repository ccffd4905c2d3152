// W1: N cases against a local model server, three assertions each, from the start of the process to its exit.
// W4: the same with more cases. A run counts only when all cases pass and the server answered each of them.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { repeated, wholeProcess } from './measure.mjs';
import { beside } from './peers.mjs';

const PROGRAM = 'JSON.parse(output).n === 42';
/** The same, as a function: it is not worked out in place, and needs the process of the sandbox. */
const IN_SANDBOX = `(() => ${PROGRAM})()`;

const graphOf = (url, program) => `apiVersion: rehearse/v1
kind: Graph
name: suite
providers:
  main: {targets: [{provider: openai-compatible, model: mock-1, baseUrl: "${url}"}], params: {temperature: 0}}
nodes:
  ask: {type: llm, prompt: "You are terse. Answer question number {{ inputs.i }} about {{ inputs.topic }} as JSON."}
assert:
  - {type: contains, value: Paris}
  - type: is-json
    value: {type: object, required: [answer, ok, n], properties: {answer: {type: string}, ok: {type: boolean}, n: {type: number}}}
  - {type: javascript, value: "${program}"}
cases: [{dataset: cases.csv}]
`;

function plant({ url, cases, program }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-bench-'));
  writeFileSync(path.join(folder, 'suite.yaml'), graphOf(url, program));
  const lines = Array.from({ length: cases }, (_, i) => `${i},topic-${i % 97}`);
  writeFileSync(path.join(folder, 'cases.csv'), ['i,topic', ...lines, ''].join('\n'));
  return folder;
}

/** Each repeat is followed by one of each peer, so that all meet the machine in the same mood. */
async function suite({ root, repeats }, asked) {
  const { server, cases, concurrency, program = PROGRAM, more = [], then, peers = [] } = asked;
  const folder = plant({ url: server.url, cases, program });
  const cli = path.join(root, 'backend/cli/bin/rehearse.mjs');
  const output = path.join(folder, 'out.jsonl');
  const command = [
    ...[cli, 'run', 'suite.yaml', '--concurrency', String(concurrency)],
    ...['--reporter', 'json', '--output', output, ...more],
  ];
  const env = { LLM_STREAM_RESPONSES: 'false', REHEARSE_HOME: path.join(folder, '.rehearse') };
  const timed = (args) => wholeProcess(args, { cwd: folder, env });
  try {
    return await repeated(repeats, async () => {
      server.take();
      const { seconds, peakMb } = await timed(command);
      const served = server.take();
      if (served !== cases) throw new Error(`${cases} cases, and the server was asked ${served} times`);
      const lines = readFileSync(output, 'utf8').trimEnd();
      // From the first run to the last, as the report says: without the start of the process.
      const { durationMs } = JSON.parse(lines.slice(lines.lastIndexOf('\n') + 1));
      const { size: bytes } = statSync(output);
      const others = await beside(peers, { cases, concurrency, port: server.port, repeats: 1 });
      return {
        ...byName(others),
        seconds,
        engineSeconds: durationMs / 1_000,
        peakMb,
        bytes,
        ...(await then?.({ cli, folder, timed })),
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What was measured of the peers, by their names. */
const told = (peers, measured, valueOf = (seconds) => seconds) =>
  peers.map(({ name }) => ({ name, value: valueOf(measured[name]) }));

export async function* suites(around) {
  const { servers, quick } = around;
  const peers = around.peers.suites;
  const fastest = peers.slice(0, 1);
  const cases = quick ? 100 : 1_000;
  const fast = await suite(around, { server: servers.fast, cases, concurrency: 64, peers });
  yield {
    ...{ metric: `${cases} cases, 0 ms, 64 at once`, value: cases / fast.seconds, unit: 'cases/s' },
    peers: told(peers, fast, (seconds) => cases / seconds),
  };
  const apart = await suite(around, { server: servers.fast, cases, concurrency: 64, program: IN_SANDBOX });
  yield { metric: '  with a program in the sandbox', value: cases / apart.seconds, unit: 'cases/s' };
  yield* shareOfIdeal(around, { cases, concurrency: 16, peers: fastest });
  yield* shareOfIdeal(around, { cases, concurrency: 64, peers: fastest });
  if (!quick) yield* shareOfIdeal(around, { cases: 10_000, concurrency: 64, peers: [] });
  const one = await suite(around, { server: servers.fast, cases: 1, concurrency: 1, peers });
  yield {
    ...{ metric: 'one case, whole process', value: one.seconds, unit: 's' },
    peers: told(peers, one),
  };
}

/** How much of the time is that of the model, which answers as many as are asked at once after the same delay. */
async function* shareOfIdeal(around, { cases, concurrency, peers }) {
  const { servers, delayMs } = around;
  const measured = await suite(around, { server: servers.slow, cases, concurrency, peers });
  const ideal = (Math.ceil(cases / concurrency) * delayMs) / 1_000;
  yield {
    metric: `${cases} cases, ${delayMs} ms, ${concurrency} at once: share of the ideal time`,
    ...{ value: ideal / measured.seconds, unit: '' },
    peers: told(peers, measured, (seconds) => ideal / seconds),
  };
  yield {
    metric: '  of it without the start of the process',
    ...{ value: ideal / measured.engineSeconds, unit: '' },
  };
}

/** W3 of suites: a cassette is recorded, then replayed as a process of its own. */
export async function* suiteReplays(around) {
  const cases = around.quick ? 100 : 1_000;
  const cached = around.peers.suites.filter(({ name }) => name === 'promptfoo');
  const how = { cases, concurrency: 64, port: around.servers.fast.port, repeats: 1, warm: true };
  const recorded = await suite(around, {
    ...{ server: around.servers.fast, cases, concurrency: 64 },
    more: ['--cassette', 'runs.jsonl', '--mode', 'record'],
    then: async ({ cli, folder, timed }) => ({
      cassette: statSync(path.join(folder, 'runs.jsonl')).size,
      replay: (await timed([cli, 'replay', 'runs.jsonl'])).seconds,
      ...byName(await beside(cached, how)),
    }),
  });
  yield {
    ...{ metric: `${cases} recorded cases: strict replay`, value: cases / recorded.replay, unit: 'cases/s' },
    peers: told(cached, recorded, (seconds) => cases / seconds).map(({ name, value }) => ({
      ...{ name: `${name} from its cache`, value },
    })),
  };
  yield { metric: 'cassette, a case', value: recorded.cassette / cases / 1_024, unit: 'KB' };
}

const byName = (measured) => Object.fromEntries(measured.map(({ name, value }) => [name, value]));

export async function* growth(around) {
  const { servers, quick } = around;
  for (const cases of quick ? [200] : [1_000, 10_000, 50_000]) {
    const peers = around.peers.suites.slice(0, 1);
    const measured = await suite(around, { server: servers.fast, cases, concurrency: 64, peers });
    const { seconds, peakMb, bytes } = measured;
    const name = `${cases.toLocaleString('en')} cases`;
    yield { metric: `${name}: whole process`, value: seconds, unit: 's', peers: told(peers, measured) };
    yield { metric: `${name}: peak memory`, value: peakMb, unit: 'MB' };
    yield { metric: `${name}: result file, a case`, value: bytes / cases / 1_024, unit: 'KB' };
  }
}
