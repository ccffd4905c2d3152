import type { AssertionView, Json, JsonObject, RunVerdict } from '@rehearse/contracts';
import type { RunReport } from '../run/run-report.js';
import type { RunError } from '../run/run-result.js';
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

interface Options {
  paint: Paint;
  /** Of the terminal, less what the text is indented by. */
  columns: number;
}

type Described = Pick<RunReport, 'assertions' | 'contracts'> &
  Partial<Pick<RunReport, 'error' | 'ended' | 'divergence'>>;

/** Why a run did not pass: failed assertions, violated contracts, what broke it. */
export function describeRun(
  { assertions, contracts, error, ended, divergence }: Described,
  options: Options,
): string {
  const { paint } = options;
  if (divergence) return describeDivergence(divergence, options);
  const parts = [
    ...assertions.filter(isBad).map((assertion) => describeAssertion(assertion, options)),
    ...contracts.filter(isBad).map((contract) => describeContract(contract, paint)),
    ...(error ? [describeError('error', error, paint)] : []),
    ...(ended ? [describeError('ended early by', ended, paint)] : []),
  ];
  return parts.join('');
}

/** What ended a run in its middle, where only text is told. */
export const earlyEnd = ({ code, node, message }: RunError): string =>
  `ended early by ${code}${at(node)}: ${message}`;

const describeError = (head: string, { code, node, message }: RunError, paint: Paint): string =>
  `${paint('magenta', head)} ${code}${at(node)}: ${oneLine(message)}\n`;

const isBad = ({ verdict }: { verdict: string }): boolean => verdict !== 'passed';
const at = (node: string | undefined): string => (node === undefined ? '' : ` at ${node}`);

function describeAssertion(assertion: AssertionView, { paint, columns }: Options): string {
  const { id, type, verdict, severity, weight, reason, evidence } = assertion;
  const notCounted = weight === 0 ? ', not counted' : '';
  const head = `${paint(ICONS[verdict].colour, verdict === 'failed' ? 'assertion' : 'assertion errored')} ${type}`;
  const where = paint('dim', `${id}, ${severity}${notCounted}`);
  const sides = sidesIn(evidence);
  const shown = sides ? describeSides(sides, { paint, columns: columns - 2 }) : '';
  return `${head}  ${where}\n${indent(`${oneLine(reason)}\n${shown}`, 2)}`;
}

/** What was expected and what there was, where the evidence of an assertion says so. */
export function sidesIn(evidence: Json | undefined): { expected: Json; actual: Json } | null {
  if (typeof evidence !== 'object' || evidence === null) return null;
  if (!('expected' in evidence) || !('actual' in evidence)) return null;
  const { expected, actual } = evidence as JsonObject & { expected: Json; actual: Json };
  return { expected, actual };
}

function describeContract(contract: RunReport['contracts'][number], paint: Paint): string {
  const { id, severity, seq, key, message, verdict, orderSensitive, graph, line } = contract;
  const place = seq === undefined ? '' : ` at seq ${seq}, ${key ?? ''}`;
  const order = orderSensitive ? ', order-sensitive' : '';
  const within = graph === undefined ? '' : `, line ${line} of ${graph}`;
  const head = `${paint(ICONS[verdict].colour, verdict === 'failed' ? 'contract' : 'contract errored')} ${id}${place}`;
  return `${head}  ${paint('dim', `${severity}${order}${within}`)}\n  ${oneLine(message ?? '')}\n`;
}
