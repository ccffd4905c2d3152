import { ERRORS, type Problem } from '@rehearse/contracts';
import type { AppError } from './app-error.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The RFC 9457 document of an error; `type` leads to the list of errors in the readable documentation. */
export function problemOf(error: AppError, requestId: string): Problem {
  const { status, title } = ERRORS[error.code];
  return {
    type: `/docs#${error.code}`,
    title,
    status,
    detail: error.detail,
    code: error.code,
    requestId,
    ...(error.errors && error.errors.length > 0 ? { errors: [...error.errors] } : {}),
  };
}
