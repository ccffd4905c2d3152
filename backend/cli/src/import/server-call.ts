import type { Problem } from '@rehearse/contracts';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import type { ServerAddress } from './local-server.js';

const PATIENCE_MS = 180_000;

interface Call {
  path: string;
  /** A form, bytes, or JSON; without one it is read. */
  body?: FormData | Blob | object;
  /** What to do where no server answers. */
  hint?: string;
}

/** Calls the API of a server; whatever it refuses is told as a mistake of the command line. */
export async function callServer<T>(
  { url, token }: ServerAddress,
  { path: route, body, hint = 'Start one with `rehearse start`, or name one with --url.' }: Call,
): Promise<T> {
  const isRaw = body instanceof FormData || body instanceof Blob;
  const headers = {
    accept: 'application/json',
    ...(token !== null && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && !isRaw && { 'content-type': 'application/json' }),
  };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const request = {
    ...{ headers, signal, method: body === undefined ? 'GET' : 'POST' },
    ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
  };
  const response = await fetch(`${url}/api/v1/${route}`, request).catch((error: unknown) => {
    throw unreachable(url, error, hint);
  });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer as T;
  throw refused(url, response.status, answer as Partial<Problem> | null);
}

function unreachable(url: string, error: unknown, hint: string): CliError {
  const { cause, name } = error as Error & { cause?: { code?: string } };
  const why =
    name === 'TimeoutError' ? `no answer within ${PATIENCE_MS / 1_000} s` : (cause?.code ?? 'no connection');
  return new CliError({
    code: 'cli/unreachable',
    message: `the server at ${url} does not answer: ${why}`,
    hint,
    exitCode: EXIT.unreachable,
  });
}

function refused(url: string, status: number, problem: Partial<Problem> | null): CliError {
  if (problem?.code === undefined || status >= 502)
    return new CliError({
      code: 'cli/unreachable',
      message: `what answers at ${url} is no Rehearse server, or it is not ready: HTTP ${status}`,
      exitCode: EXIT.unreachable,
    });
  const hint = status === 401 ? 'Give an API key with --token or REHEARSE_TOKEN.' : undefined;
  const details = problem.errors?.map(({ path: at, message }) => `  ${at}: ${message}\n`) ?? [];
  const message = problem.detail ?? problem.title ?? `HTTP ${status}`;
  const exitCode = status === 503 ? EXIT.unreachable : status >= 500 ? EXIT.crash : EXIT.usage;
  return new CliError({
    code: problem.code,
    message,
    details,
    exitCode,
    ...(hint !== undefined && { hint }),
  });
}
