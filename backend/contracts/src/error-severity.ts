import type { Severity } from './format/scalars.js';

export const ERROR_CATEGORIES = [
  'provider',
  'tool',
  'validation',
  'timeout',
  'budget',
  'policy',
  'engine',
] as const;
type ErrorCategory = (typeof ERROR_CATEGORIES)[number];

/** How grave an error is that does not say so: what the engine or a policy stops is worse than what an agent may mend. */
export const SEVERITY_OF_ERROR: Readonly<Record<ErrorCategory, Severity>> = {
  ...{ provider: 'major', tool: 'minor', validation: 'minor', timeout: 'major' },
  ...{ budget: 'major', policy: 'critical', engine: 'critical' },
};

export const withSeverity = <T extends { category: ErrorCategory; severity?: Severity | undefined }>(
  error: T,
): T & { severity: Severity } => ({
  ...error,
  severity: error.severity ?? SEVERITY_OF_ERROR[error.category],
});
