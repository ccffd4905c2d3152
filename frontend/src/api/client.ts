import { ProblemError, problemOf, unreachable } from './problem.js';
import { API, session } from './session.js';

type Query = Record<string, string | number | boolean | undefined | null>;
interface CallOptions {
  query?: Query;
  signal?: AbortSignal;
}

/** `{a: 1, b: undefined}` → `?a=1`. */
function queryString(query: Query = {}): string {
  const pairs = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return text && `?${text}`;
}

interface Request extends CallOptions {
  method: string;
  path: string;
  body?: BodyInit;
  contentType?: string;
}

async function send(request: Request, token: string | null): Promise<Response> {
  const headers = new Headers({ accept: 'application/json, text/yaml;q=0.9' });
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (request.contentType) headers.set('content-type', request.contentType);
  try {
    return await fetch(`${API}${request.path}${queryString(request.query)}`, {
      method: request.method,
      headers,
      ...(request.body !== undefined && { body: request.body }),
      ...(request.signal && { signal: request.signal }),
    });
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw unreachable();
  }
}

/** Sends with the token at hand, and once more with a new one when the server no longer takes it. */
async function call(request: Request): Promise<Response> {
  let response = await send(request, await session.token());
  if (response.status === 401 && (await session.refresh()))
    response = await send(request, await session.token());
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function json<T>(request: Request): Promise<T> {
  const response = await call(request);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export const api = {
  get: <T>(path: string, options: CallOptions = {}) => json<T>({ method: 'GET', path, ...options }),
  text: async (path: string) => (await call({ method: 'GET', path })).text(),
  blob: async (path: string) => (await call({ method: 'GET', path })).blob(),
  post: <T>(path: string, body: unknown = {}) =>
    json<T>({ method: 'POST', path, body: JSON.stringify(body), contentType: 'application/json' }),
  yaml: <T>(path: string, source: string, options: CallOptions = {}) =>
    json<T>({ method: 'POST', path, body: source, contentType: 'application/yaml', ...options }),
  delete: (path: string) => json<void>({ method: 'DELETE', path }),
};

/** A question that a retry could answer: silence and trouble on the server, not a refusal. */
export const isWorthRetrying = (error: unknown): boolean =>
  error instanceof ProblemError && (error.status === 0 || error.status >= 500);

/** Whether anybody answers at the address that the studio came from. */
export const isServerThere = (): Promise<boolean> =>
  fetch('/health', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );
