import type { Json, ReplayRequest } from '@rehearse/contracts';
import { readValue } from '../decision-draft.js';

export type RegradeRequest = Extract<ReplayRequest, { mode: 'regrade' }>;
export interface RegradeDraft {
  assert: string;
  contracts: string;
  judges: RegradeRequest['judges'];
}
export type ReadRegrade =
  | { ok: true; request: RegradeRequest }
  | { ok: false; problems: Partial<Record<'assert' | 'contracts', string>> };

/** What is left empty stays as the graph has it; `[]` is none. */
export function readRegrade({ assert, contracts, judges }: RegradeDraft): ReadRegrade {
  const [asserts, rules] = [readList(assert), readList(contracts)];
  if (!asserts.ok || !rules.ok)
    return {
      ok: false,
      problems: {
        ...(!asserts.ok && { assert: asserts.problem }),
        ...(!rules.ok && { contracts: rules.problem }),
      },
    };
  const request = {
    ...{ mode: 'regrade', judges },
    ...(asserts.value && { assert: asserts.value }),
    ...(rules.value && { contracts: rules.value }),
  };
  // What the lists hold is checked by the server, place by place.
  return { ok: true, request: request as RegradeRequest };
}

function readList(text: string): { ok: true; value?: Json[] } | { ok: false; problem: string } {
  if (text.trim() === '') return { ok: true };
  const value = readValue(text, 'json');
  if (!value.ok) return value;
  return Array.isArray(value.value)
    ? { ok: true, value: value.value }
    : { ok: false, problem: 'Must be a list: [ … ]' };
}
