// The two agents that agent-http.yaml asks. `node agent-servers.mjs` listens until it is ended.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** Speaks as OpenAI's chat completions do. */
function support({ messages }, { authorization }) {
  if (!authorization?.startsWith('Bearer ')) return [401, { error: { message: 'who asks?' } }];
  const content = `You asked: ${messages.at(-1).content} It left the store this morning, and I am happy to help.`;
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  return [200, { choices, usage: { prompt_tokens: 12, completion_tokens: 18 } }];
}

/** Has a form of its own. */
const rating = (asked) => [200, { rating: { words: `friendly (${asked.language})`, stars: 5 }, tokens: asked.text.length }];

async function answer(agent, request, response) {
  const [status, body] = agent(JSON.parse(await text(request)), request.headers);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const listen = (port, agent) =>
  createServer((request, response) => void answer(agent, request, response)).listen(port, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${port}`));

listen(8601, support);
listen(8602, rating);
