// A model server in the shape of OpenAI's that always gives the same answer, after `delayMs`.
import { createServer } from 'node:http';

const content = JSON.stringify({ answer: 'Paris is the capital', ok: true, n: 42 });
const body = Buffer.from(
  JSON.stringify({
    ...{ id: 'chatcmpl-bench', object: 'chat.completion', created: 1_700_000_000, model: 'mock-1' },
    choices: [{ index: 0, message: { role: 'assistant', content }, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 20, completion_tokens: 12, total_tokens: 32 },
  }),
);

export function startModelServer(delayMs) {
  let served = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => setTimeout(answer, delayMs, response));
  });
  function answer(response) {
    served += 1;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  }
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      resolve({
        port,
        url: `http://127.0.0.1:${port}/v1`,
        take: () => [served, (served = 0)][0],
        close: () => server.close(),
      });
    });
  });
}
