import type { Diagnostic, Problem } from '@rehearse/contracts';

type Finding = NonNullable<Problem['errors']>[number];

/** Every way in which a call can fail, as the problem document that the server answered or that stands for its silence. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  get diagnostics(): Diagnostic[] {
    return (this.problem.errors ?? []).filter(isDiagnostic);
  }
}

const isDiagnostic = (finding: Finding): finding is Diagnostic => 'line' in finding;

const silence = (code: string, title: string, detail: string): Problem => ({
  type: 'about:blank',
  title,
  status: 0,
  detail,
  code,
  requestId: '',
});

export const unreachable = (): ProblemError =>
  new ProblemError(
    silence(
      'studio/unreachable',
      'The server does not answer',
      'No answer came back. Check that `rehearse start` is running and that this machine is online.',
    ),
  );

/** Of the moment alone: over as soon as the server answers again. */
export const isPassing = (error: unknown): boolean =>
  error instanceof ProblemError && /^(studio\/unreachable|server\/draining)$/.test(error.code);

/** The problem of an answer that is not 2xx, also when something between us and the server wrote it. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) return new ProblemError(body);
  return new ProblemError({
    ...silence('studio/unexpected-answer', 'The answer was not understood', ''),
    status: response.status,
    detail: `The server answered ${response.status} ${response.statusText} without saying why.`,
    requestId: response.headers.get('x-request-id') ?? '',
  });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}

/** Whatever was thrown, as something that can be shown. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const message = error instanceof Error ? error.message : String(error);
  return silence('studio/crash', 'Something broke in the studio', message);
}
