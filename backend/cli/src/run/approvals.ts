import type { Json } from '@rehearse/contracts';
import { unkeptIn } from '@rehearse/engine';
import { InvalidArgumentError } from 'commander';
import type { Approval } from './run-options.js';

const DECISIONS = ['approve', 'modify', 'reject'] as const;

/** `ask=approve`, `review=reject:too risky`, `review=modify:{"total": 3}`; after `modify` stands the value as JSON. */
export function parseApproval(text: string): Approval {
  const [, key, decision, , rest] = /^([^=]+)=(\w+)(:(.*))?$/s.exec(text) ?? [];
  const known = DECISIONS.find((one) => one === decision);
  if (key === undefined || known === undefined)
    throw new InvalidArgumentError(
      `It is <key of the node>=${DECISIONS.join('|')}, as in ask=approve or ask=reject:reason.`,
    );
  if (known !== 'modify') return { key, decision: known, reason: rest ?? '' };
  return { key, decision: known, reason: '', value: valueIn(rest) };
}

function valueIn(text = ''): Json {
  const value = parsed(text);
  const [unkept] = unkeptIn(text, value);
  if (unkept) throw new InvalidArgumentError(`In the value after modify: ${unkept.message}.`);
  return value;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new InvalidArgumentError('After modify: stands the value as JSON, as in ask=modify:{"total": 3}.');
  }
}
