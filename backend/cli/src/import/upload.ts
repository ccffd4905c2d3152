import path from 'node:path';
import type { CassetteImportAnswer, ImportAnswer, Problem, TrajectoryFormat } from '@rehearse/contracts';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import type { ServerAddress } from './local-server.js';

interface Upload {
  file: string;
  text: string;
  format: TrajectoryFormat;
  graph?: { file: string; source: string };
}

const PATIENCE_MS = 180_000;

/** Hands recordings to the server; the same file twice gives the experiment of the first time. */
export async function upload(
  address: ServerAddress,
  { file, text, format, graph }: Upload,
): Promise<ImportAnswer> {
  const form = new FormData();
  form.set('format', format);
  form.set('file', new Blob([text], { type: 'application/json' }), path.basename(file));
  if (graph)
    form.set('graph', new Blob([graph.source], { type: 'application/yaml' }), path.basename(graph.file));
  return send<ImportAnswer>(address, { path: 'import/trajectories', body: form });
}

/** The runs of a cassette, stored on the server. */
export const uploadCassette = (address: ServerAddress, text: string): Promise<CassetteImportAnswer> =>
  send(address, { path: 'runs/import', body: new Blob([text], { type: 'application/x-ndjson' }) });

async function send<T>(
  { url, token }: ServerAddress,
  { path: route, body }: { path: string; body: FormData | Blob },
): Promise<T> {
  const headers = { accept: 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const request = { method: 'POST', body, headers, signal } as const;
  const response = await fetch(`${url}/api/v1/${route}`, request).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer as T;
  throw refused(url, response.status, answer as Partial<Problem> | null);
}

function unreachable(url: string, error: unknown): CliError {
  const { cause, name } = error as Error & { cause?: { code?: string } };
  const why =
    name === 'TimeoutError' ? `no answer within ${PATIENCE_MS / 1_000} s` : (cause?.code ?? 'no connection');
  return new CliError({
    code: 'cli/unreachable',
    message: `the server at ${url} does not answer: ${why}`,
    hint: 'Start one with `rehearse start`, or write a cassette with --output <dir>.',
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
