import type { ReactNode } from 'react';
import { toProblem } from '../api/problem.js';
import { ErrorPanel } from './ErrorPanel.js';
import { PageHeader } from './PageHeader.js';

interface PageProblemProps {
  /** What the page would show: `run`. */
  what: string;
  /** The way back. */
  crumbs: ReactNode;
  error: unknown;
  onRetry: () => void;
}

/** In place of a page whose run, graph or experiment could not be had. */
export function PageProblem({ what, crumbs, error, onRetry }: PageProblemProps) {
  const isMissing = toProblem(error).status === 404;
  return (
    <>
      <PageHeader title={isMissing ? `No such ${what}` : `The ${what} could not be loaded`} crumbs={crumbs} />
      <ErrorPanel error={error} {...(!isMissing && { onRetry })} />
    </>
  );
}
