// Tools over HTTP that count their calls by the `Idempotency-Key` that these have: the same for one step of one run.
import { createServer } from 'node:http';

export async function startToolServer({ delayMs }) {
  const calls = new Map();
  const server = createServer((request, response) => {
    const counted = calls.get(request.url) ?? new Map();
    calls.set(request.url, counted);
    const key = request.headers['idempotency-key'] ?? 'none';
    counted.set(key, (counted.get(key) ?? 0) + 1);
    request.resume().on('end', () => setTimeout(answer, delayMs, response));
  });
  const answer = (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"is": "fine"}');
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    calls: (path) => calls.get(path) ?? new Map(),
    close: () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve))),
  };
}
