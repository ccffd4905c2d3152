import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The body as it came. */
  text: string;
  /** The body as JSON; undefined when it is none. */
  json: Record<string, unknown> | undefined;
  /** Resolves when the caller closes the connection before it has the whole answer. */
  hungUp: Promise<void>;
}

export interface FakeServer {
  /** `http://127.0.0.1:…`, without a slash at its end. */
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Connections that were opened so far. */
  readonly connections: number;
  /** Resolves once a caller has closed a connection before it had its whole answer. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
}

export type Respond = (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>;

/** A server on this machine that keeps what it was asked. */
export async function fakeServer(respond: Respond): Promise<FakeServer> {
  const requests: ReceivedRequest[] = [];
  let hangUp = () => {};
  const anyHungUp = new Promise<void>((resolve) => (hangUp = resolve));
  let connections = 0;
  const server = createServer((message, response) => {
    const hungUp = new Promise<void>((resolve) =>
      response.once('close', () => response.writableFinished || resolve()),
    );
    void hungUp.then(hangUp);
    void received(message, hungUp).then((request) => {
      requests.push(request);
      return respond(request, response);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get connections() {
      return connections;
    },
    hangUp: () => anyHungUp,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function received(message: IncomingMessage, hungUp: Promise<void>): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const { method = '', url = '', headers } = message;
  return { method, path: url, headers, text, json: parsed(text), hungUp };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
