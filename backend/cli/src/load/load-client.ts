import http from 'node:http';
import https from 'node:https';
import type { JournalEvent, Problem } from '@rehearse/contracts';
import { createParser } from 'eventsource-parser';
import type { ServerAddress } from '../import/local-server.js';

/** A request that was not answered as it should be. The message says what happened, without what differs each time. */
export class LoadFailure extends Error {
  /** Null: there was no answer. */
  readonly status: number | null;

  constructor(message: string, status: number | null = null) {
    super(message);
    this.status = status;
  }
}

interface Ask {
  method?: 'GET' | 'POST';
  route: string;
  body?: unknown;
  type?: string;
  signal: AbortSignal;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** The API as many users at once ask for it: connections are kept and not limited in number. */
export class LoadClient {
  readonly #address: ServerAddress;
  readonly #http: typeof http | typeof https;
  readonly #agent: http.Agent;

  constructor(address: ServerAddress) {
    this.#address = address;
    const isSecure = address.url.startsWith('https:');
    this.#http = isSecure ? https : http;
    this.#agent = new (isSecure ? https : http).Agent({ keepAlive: true, maxSockets: Infinity });
  }

  /** The JSON of an answer. Throws {@link LoadFailure} when there is none or it is a problem. */
  async json<T>(ask: Ask): Promise<T> {
    const answer = await this.#send(ask, REQUEST_TIMEOUT_MS);
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString('utf8');
    if ((answer.statusCode ?? 0) >= 300) throw refused(answer, text);
    return JSON.parse(text) as T;
  }

  /** The events of a run as they come, until the server ends the stream. */
  async follow(
    { runId, afterSeq, signal }: { runId: string; afterSeq: number; signal: AbortSignal },
    onEvent: (event: JournalEvent) => void,
  ): Promise<void> {
    const answer = await this.#send({ route: `runs/stream/${runId}?after=${afterSeq}`, signal }, null);
    if (answer.statusCode !== 200) throw refused(answer, '');
    // Tokens and heartbeats have no id.
    const parser = createParser({
      onEvent: ({ id, data }) => id !== undefined && onEvent(JSON.parse(data) as JournalEvent),
    });
    answer.setEncoding('utf8');
    try {
      for await (const part of answer) parser.feed(part as string);
    } catch (error) {
      throw failed(error);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send({ method = 'GET', route, body, type, signal }: Ask, timeoutMs: number | null) {
    const { url, token } = this.#address;
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    return new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = this.#http.request(`${url}/api/v1/${route}`, {
        ...{ method, agent: this.#agent, signal },
        ...(timeoutMs !== null && { timeout: timeoutMs }),
        headers: {
          accept: 'application/json, text/event-stream',
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(text !== null && {
            'content-type': type ?? 'application/json',
            'content-length': Buffer.byteLength(text),
          }),
        },
      });
      request.on('response', resolve);
      request.on('timeout', () => request.destroy(new LoadFailure(`no answer within ${timeoutMs} ms`)));
      request.on('error', (error) => reject(failed(error)));
      request.end(text ?? undefined);
    });
  }
}

function failed(error: unknown): LoadFailure {
  if (error instanceof LoadFailure) return error;
  const { code, name } = error as NodeJS.ErrnoException;
  return new LoadFailure(name === 'AbortError' ? 'not over when the time was' : `no answer: ${code ?? name}`);
}

function refused({ statusCode = 0 }: http.IncomingMessage, text: string): LoadFailure {
  return new LoadFailure(`HTTP ${statusCode}${codeOf(text)}`, statusCode);
}

function codeOf(text: string): string {
  try {
    const { code } = JSON.parse(text) as Partial<Problem>;
    return code === undefined ? '' : ` ${code}`;
  } catch {
    return '';
  }
}
