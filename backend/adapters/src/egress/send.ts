import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Cancellation } from '@rehearse/engine';
import { http, https, zlib } from './builtins.js';
import { agentFor } from './guarded-agents.js';
import { EgressFailure, failureOf } from './failure.js';
import { inStep } from './in-step.js';
import type { EgressPolicy } from './policy.js';

export interface EgressRequest {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: string;
  signal: Cancellation;
  /** The whole call, from the connection to the last byte, in milliseconds. */
  deadlineMs: number;
  /** Bytes of the answer, unpacked. */
  maxBytes: number;
  /** Null for an address that the operator configured. */
  policy: EgressPolicy | null;
}

export interface EgressAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Hands over the bytes as they come. Rejects with an {@link EgressFailure}, or with what `take` throws. */
  each(take: (chunk: Buffer) => void): Promise<void>;
  text(): Promise<string>;
}

const agents = {
  'http:': new Map<EgressPolicy | null, Agent>(),
  'https:': new Map<EgressPolicy | null, Agent>(),
};

/**
 * The one way out of this process. Redirects are not followed, addresses with a user in them are refused, and
 * cancelling or the deadline closes the socket. Rejects with an {@link EgressFailure}.
 */
export function send(request: EgressRequest): Promise<EgressAnswer> {
  const { url, signal } = request;
  const protocol = protocolOf(url);
  if (protocol instanceof EgressFailure) return Promise.reject(protocol);
  if (signal.aborted) return Promise.reject(noLongerWanted());
  return new Promise((resolve, reject) => {
    const sent = open(request, protocol);
    const ending = endings(request, sent);
    sent.once('response', (message) => resolve(answerOf(message, request, ending)));
    sent.once('error', (error) => reject(ending.failure ?? failureOf(error, url.host, false)));
    sent.end(request.body);
  });
}

function open(request: EgressRequest, protocol: 'http:' | 'https:'): ClientRequest {
  const { url, method, headers, body, policy } = request;
  const known = agents[protocol].get(policy) ?? agentFor(protocol, policy);
  agents[protocol].set(policy, known);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  // The parts that a request needs: Node would take all of a URL, and copy each of them several times.
  return (protocol === 'https:' ? https() : http).request({
    ...{ method, agent: known, protocol, path: url.pathname + url.search },
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    headers: { 'accept-encoding': 'identity', ...headers, ...length },
  });
}

function protocolOf(url: URL): 'http:' | 'https:' | EgressFailure {
  if (url.username !== '' || url.password !== '')
    return new EgressFailure('refused', `an address with a user in it is not called: ${url.host}`);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url.protocol;
  return new EgressFailure('refused', `only http and https are called, not ${url.protocol}`);
}

const noLongerWanted = () => new EgressFailure('aborted', 'the call is no longer wanted');

/** What ended a call from our side; the socket itself only says that it was closed. */
interface Ending {
  failure?: EgressFailure;
}

/** Ends a call that is no longer wanted or takes too long. */
function endings({ signal, deadlineMs, url }: EgressRequest, sent: ClientRequest): Ending {
  const ending: Ending = {};
  const end = (failure: EgressFailure) => {
    ending.failure = failure;
    sent.destroy(failure);
  };
  const onAbort = () => end(noLongerWanted());
  const late = () => end(new EgressFailure('late', `${url.host} gave no answer within ${deadlineMs} ms`));
  const timer = setTimeout(late, deadlineMs).unref();
  signal.addEventListener('abort', onAbort);
  sent.once('close', () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  });
  return ending;
}

function answerOf(message: IncomingMessage, request: EgressRequest, ending: Ending): EgressAnswer {
  const { url, maxBytes } = request;
  const each = (take: (chunk: Buffer) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      let bytes = 0;
      const stop = (reason: unknown) => {
        message.destroy();
        reject(reason);
      };
      const fail = (error: unknown) => stop(ending.failure ?? failureOf(error, url.host, true));
      const body = unpacked(message);
      body.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes)
          return fail(new EgressFailure('too-large', `${url.host} answered more than ${maxBytes} bytes`));
        try {
          return take(chunk);
        } catch (error) {
          return stop(error);
        }
      });
      body.once('end', () => inStep(resolve));
      body.on('error', fail);
      message.on('error', fail);
      message.once('close', () => message.complete || fail(new Error('cut')));
    });
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    each,
    async text() {
      const chunks: Buffer[] = [];
      await each((chunk) => chunks.push(chunk));
      // Most come in one piece. What is put together lies in Node's pool, of which 64 KB stay for as long as any part of them.
      const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      return whole.toString('utf8');
    },
  };
}

const UNPACK = {
  gzip: () => zlib().createGunzip(),
  'x-gzip': () => zlib().createGunzip(),
  deflate: () => zlib().createInflate(),
  br: () => zlib().createBrotliDecompress(),
};

/** It was asked for as it is; some servers pack it all the same. */
function unpacked(message: IncomingMessage): Readable {
  const unpack = UNPACK[(message.headers['content-encoding'] ?? '') as keyof typeof UNPACK];
  return unpack ? message.pipe(unpack()) : message;
}
