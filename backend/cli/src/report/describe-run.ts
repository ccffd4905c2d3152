import type { AssertionView, ContractView, Json, JsonObject, RunVerdict } from '@rehearse/contracts';
import type { RunResult } from '../run/run-result.js';
import type { Paint } from '../text/paint.js';
import { indent, oneLine } from '../text/printable.js';
import { describeDivergence } from '../replay/describe-divergence.js';
import { describeSides } from './evidence.js';

export const ICONS = {
  passed: { icon: '✓', colour: 'green' },
  failed: { icon: '✗', colour: 'red' },
  errored: { icon: '!', colour: 'magenta' },
  inconclusive: { icon: '?', colour: 'yellow' },
} as const satisfies Record<RunVerdict, { icon: string; colour: string }>;

/** Why a run did not pass: failed assertions, violated contracts, what broke it. */
export function describeRun({ fold, error, divergence, events }: RunResult, paint: Paint): string {
  if (divergence) return describeDivergence(divergence, { paint });
  const keys = new Map(events.map(({ seq, key }) => [seq, key]));
  const assertions = fold.assertions.filter(({ verdict }) => verdict !== 'passed');
  const contracts = fold.contracts.filter(({ verdict }) => verdict !== 'passed');
  const parts = [
    ...assertions.map((assertion) => describeAssertion(assertion, paint)),
    ...contracts.map((contract) => describeContract(contract, keys, paint)),
    ...(error
      ? [`${paint('magenta', 'error')} ${error.code}${at(error.node)}: ${oneLine(error.message)}\n`]
      : []),
  ];
  return parts.join('');
}

/** In a few words. */
export function firstReason({ fold, error, divergence }: RunResult): string {
  const assertion = fold.assertions.find(({ verdict, weight }) => verdict !== 'passed' && weight !== 0);
  if (divergence) return divergence.message;
  if (error) return error.message;
  if (assertion) return assertion.reason;
  return fold.contracts.find(({ verdict }) => verdict !== 'passed')?.message ?? '';
}

const at = (node: string | undefined): string => (node === undefined ? '' : ` at ${node}`);

function describeAssertion(assertion: AssertionView, paint: Paint): string {
  const { id, type, verdict, severity, weight, reason, evidence } = assertion;
  const notCounted = weight === 0 ? ', not counted' : '';
  const head = `${paint(ICONS[verdict].colour, verdict === 'failed' ? 'assertion' : 'assertion errored')} ${type}`;
  const where = paint('dim', `${id}, ${severity}${notCounted}`);
  return `${head}  ${where}\n${indent(`${oneLine(reason)}\n${sides(evidence, paint)}`, 2)}`;
}

function sides(evidence: Json | undefined, paint: Paint): string {
  if (
    typeof evidence !== 'object' ||
    evidence === null ||
    !('expected' in evidence) ||
    !('actual' in evidence)
  )
    return '';
  const { expected, actual } = evidence as JsonObject & { expected: Json; actual: Json };
  return describeSides({ expected, actual }, paint);
}

function describeContract(contract: ContractView, keys: ReadonlyMap<number, string>, paint: Paint): string {
  const { id, severity, seq, message, verdict, orderSensitive } = contract;
  const place = seq === undefined ? '' : ` at seq ${seq}, ${keys.get(seq) ?? ''}`;
  const order = orderSensitive ? ', order-sensitive' : '';
  const head = `${paint(ICONS[verdict].colour, verdict === 'failed' ? 'contract' : 'contract errored')} ${id}${place}`;
  return `${head}  ${paint('dim', `${severity}${order}`)}\n  ${oneLine(message ?? '')}\n`;
}
