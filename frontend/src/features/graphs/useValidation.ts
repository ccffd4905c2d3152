import { useDebouncedValue } from '@mantine/hooks';
import type { Diagnostic, ValidateAnswer } from '@rehearse/contracts';
import { useQuery } from '@tanstack/react-query';
import { validationQuery } from './queries.js';

const PAUSE_MS = 300;
const NONE: Diagnostic[] = [];

export interface Validation {
  diagnostics: Diagnostic[];
  /** The last graph that was valid, so that the picture stays while the text is being mended. */
  graph: ValidateAnswer['graph'];
  isChecking: boolean;
  /** The answer belongs to the text as it stands now. */
  isCurrent: boolean;
  isValid: boolean;
  error: Error | null;
}

export function useValidation(source: string): Validation {
  const [settled] = useDebouncedValue(source, PAUSE_MS);
  const query = useQuery(validationQuery(settled));
  const isEmpty = settled.trim() === '';
  const isCurrent = settled === source && !query.isPlaceholderData && !query.isFetching;
  return {
    diagnostics: isEmpty ? NONE : (query.data?.diagnostics ?? NONE),
    graph: isEmpty ? null : (query.data?.graph ?? null),
    isChecking: !isCurrent && source.trim() !== '',
    isCurrent,
    isValid: !isEmpty && (query.data?.valid ?? false),
    error: query.error,
  };
}
