import type { UploadAnswer } from '@rehearse/contracts';
import type { LoadClient } from './load-client.js';

const NODES = 10;
const NAME = 'load-ten-nodes';

/** Ten model calls in a row, answered by a mock: nothing of it costs anything. */
const graphText = (): string => {
  const nodes = Array.from({ length: NODES }, (_, index) => {
    const needs = index === 0 ? '' : `, needs: [step${index}]`;
    return `  step${index + 1}: {type: llm, prompt: 'Step ${index + 1} of a load test'${needs}}\n`;
  });
  return `# What \`rehearse load\` runs when it is given no graph.
apiVersion: rehearse/v1
kind: Graph
name: ${NAME}
providers: {main: {targets: [{provider: mock, script: main}]}}
mocks: {main: [{reply: {content: 'It is done.'}}]}
nodes:
${nodes.join('')}assert:
  - {type: contains, value: done}
`;
};

/** Uploads the graph that is run by default, or finds it there already. */
export async function uploadLoadGraph(client: LoadClient, signal: AbortSignal): Promise<string> {
  const { graph } = await client.json<UploadAnswer>({
    ...{ method: 'POST', route: 'graphs/upload', body: graphText(), type: 'application/yaml', signal },
  });
  return graph.name;
}
