import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Metrics } from './metrics.js';

/** The metrics on a port of their own, so that a network policy can tell them from the API. */
export async function serveMetrics(
  metrics: Metrics,
  { host, port }: { host: string; port: number },
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    const isAsked = request.method === 'GET' && (path === '/metrics' || path === '/metrics/prometheus');
    if (isAsked) void answer(metrics, response);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('Metrics are at /metrics.\n');
  });
  server.listen({ host, port });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(metrics: Metrics, response: ServerResponse): Promise<void> {
  const text = await metrics.text().catch(() => null);
  if (text === null) response.writeHead(500).end();
  else response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
}
