import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ExecuteRequest, RunView, UploadAnswer } from '@rehearse/contracts';
import type { Answer, Client } from './harness.js';

const read = (file: string) => readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8');

/** The refund agent of the examples. */
export const REFUND = read('../../cli/examples/refund-agent.yaml');

/** The full recordings where REHEARSE_TAU_FILE points, else the excerpt that lies in the project. */
export const TAU_FILE = process.env['REHEARSE_TAU_FILE'];
export const recordings = () => (TAU_FILE ? readFileSync(TAU_FILE, 'utf8') : excerpt());
export const excerpt = () => read('../../engine/fixtures/trajectories/tau-bench-airline/excerpt.json');

export async function upload(client: Client, source: string): Promise<UploadAnswer['graph']> {
  const answer = await client.post<UploadAnswer>('/api/v1/graphs/upload', source, {
    'content-type': 'application/yaml',
  });
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  return answer.body.graph;
}

export const execute = (
  client: Client,
  graph: string,
  request: ExecuteRequest = {},
): Promise<Answer<{ run: RunView }>> => client.post(`/api/v1/runs/${graph}/execute`, request);

/** A graph of one mock answer that takes its time, and as many transforms behind it as asked for. */
export const slowGraph = (name: string, { latency = '300ms', steps = 20 } = {}): string =>
  [
    'apiVersion: rehearse/v1',
    'kind: Graph',
    `name: ${name}`,
    'providers: {mock: {targets: [{provider: mock, script: slow}]}}',
    `mocks: {slow: [{reply: {content: done}, latency: ${latency}}]}`,
    'nodes:',
    ...Array.from({ length: steps }, (_, i) =>
      i % 5 === 4
        ? `  n${i}: {type: llm, provider: mock, prompt: "{{ nodes.n${i - 1}.output }}"}`
        : `  n${i}: {type: transform, value: ${i === 0 ? `'"start"'` : `nodes.n${i - 1}.output`}}`,
    ),
    'assert: [{type: contains, value: done}]',
  ].join('\n');
