import { z } from 'zod';
import { Diagnostic } from './diagnostics.js';

/** Every error that the API answers with: code, HTTP status, title. The detail is the case at hand. */
export const ERRORS = {
  'request/invalid': { status: 400, title: 'The request is not valid' },
  'request/malformed-json': { status: 400, title: 'The body is not JSON' },
  'request/bad-cursor': { status: 400, title: 'The cursor is not one of ours' },
  'request/unsupported-media-type': { status: 415, title: 'This kind of body is not taken here' },
  'request/too-large': { status: 413, title: 'The body is too large' },
  'request/too-many': { status: 429, title: 'Too many requests' },
  'request/timeout': { status: 408, title: 'The request took too long to arrive' },
  'request/not-found': { status: 404, title: 'There is no such path' },
  'request/method-not-allowed': { status: 405, title: 'The path does not take this method' },
  'request/idempotency-conflict': { status: 409, title: 'The Idempotency-Key was used for another request' },
  'access/unauthenticated': { status: 401, title: 'Sign in first' },
  'access/bad-credentials': { status: 401, title: 'E-mail or password is wrong' },
  'access/bad-link': { status: 401, title: 'The sign-in link was used or has expired' },
  'access/refresh-rejected': { status: 401, title: 'The session has ended' },
  'access/forbidden': { status: 403, title: 'Your role does not allow this' },
  'access/cross-site': { status: 403, title: 'The request comes from another site' },
  'access/email-taken': { status: 409, title: 'The e-mail is in use' },
  'access/user-not-found': { status: 404, title: 'There is no such user' },
  'access/last-admin': { status: 409, title: 'A tenant needs an Admin' },
  'access/key-not-found': { status: 404, title: 'There is no such API key' },
  'graph/invalid': { status: 422, title: 'The graph has errors' },
  'graph/not-found': { status: 404, title: 'There is no such graph' },
  'graph/not-executable': { status: 409, title: 'The graph cannot be executed' },
  'graph/no-file': { status: 400, title: 'No file was sent' },
  'builder/provider-failed': { status: 502, title: 'The provider did not answer' },
  'builder/no-provider': { status: 409, title: 'No such provider is configured' },
  'run/no-such-step': { status: 404, title: 'There is no such step' },
  'run/not-found': { status: 404, title: 'There is no such run' },
  'run/blob-not-found': { status: 404, title: 'The run has no such payload' },
  'run/invalid-vars': { status: 422, title: 'The vars do not fit the inputs of the graph' },
  'experiment/unknown-dataset': { status: 422, title: 'The graph has no such data set' },
  'experiment/unknown-baseline': { status: 422, title: 'The graph has no such experiment' },
  'experiment/bad-follow-up': { status: 422, title: 'A metamorphic follow-up cannot be made' },
  'experiment/invalid-matrix': { status: 422, title: 'The matrix does not fit the graph' },
  'run/unknown-case': { status: 422, title: 'The graph has no such case' },
  'run/unknown-chaos-profile': { status: 422, title: 'The graph has no such profile of faults' },
  'run/not-supported-yet': { status: 422, title: 'This cannot be asked for yet' },
  'run/unknown-provider': { status: 422, title: 'The graph has no such route' },
  'run/invalid-providers': { status: 422, title: 'The override does not fit the route' },
  'run/not-waiting': { status: 409, title: 'The run does not wait for anybody' },
  'run/not-asked': { status: 404, title: 'The run does not ask this' },
  'run/already-decided': { status: 409, title: 'Somebody has decided already' },
  'run/not-an-approver': { status: 403, title: 'Others are asked' },
  'run/does-not-fit': { status: 422, title: 'The value does not fit the form' },
  'run/not-finished': { status: 409, title: 'The run has not finished' },
  'run/has-ended': { status: 409, title: 'The run has ended' },
  'run/stopping': { status: 409, title: 'The run is being stopped' },
  'cassette/invalid': { status: 422, title: 'The cassette cannot be read' },
  'experiment/not-found': { status: 404, title: 'There is no such experiment' },
  'experiment/has-ended': { status: 409, title: 'All runs of the experiment have ended' },
  'experiment/nothing-errored': { status: 409, title: 'No run of the experiment has errored' },
  'import/invalid': { status: 422, title: 'The file cannot be imported' },
  'import/unknown-format': { status: 400, title: 'The format is not known' },
  'database/unavailable': { status: 503, title: 'The database does not answer' },
  'server/draining': { status: 503, title: 'The server is shutting down' },
  'server/internal': { status: 500, title: 'Something broke on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERRORS;
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

/** An RFC 9457 problem document. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(z.union([Diagnostic, z.object({ path: z.string(), message: z.string() })])).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
