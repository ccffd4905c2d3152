import type { ChaosRule, Json, MockLatency } from '@rehearse/contracts';
import type { CompiledExpression } from '../expression/index.js';

/** A fault as a rule describes it. Times in milliseconds, unless they are to be drawn. */
export type Fault =
  | { kind: 'latency' | 'slow-stream'; delay: MockLatency }
  | { kind: 'error'; status: number; retryAfterMs: number | null }
  | { kind: 'timeout' | 'reset' | 'malformed' | 'truncate' | 'empty' | 'duplicate' }
  | { kind: 'stale' }
  | { kind: 'corrupt-field'; path: readonly (string | number)[]; value: Json | undefined }
  | { kind: 'inject'; text: string }
  | { kind: 'wrong-tool-result'; value: Json | undefined }
  | { kind: 'clock-skew'; byMs: number };

export type FaultKind = Fault['kind'];

/** A rule of a profile, ready to be asked. */
export interface CompiledChaosRule {
  /** `flaky-tools[0]` */
  id: string;
  spec: ChaosRule;
  fault: Fault;
  when?: CompiledExpression;
}

/** What a call is to the rules: whom it asks, and from where. */
export interface Target {
  kind: 'llm' | 'tool';
  /** The id of the node that makes the call. */
  node: string;
  /** Of a call of a tool. */
  tool?: string;
  /** A request of an agent with the driver `http`, or a call of a tool that has `http`. */
  isHttp: boolean;
}

/** `tool:lookup_order`, as rules name it. */
export const nameOfTarget = ({ kind, node, tool }: Target): string => `${kind}:${tool ?? node}`;

/** `llm:` asks for the node, `tool:` for the tool, `http:` for the node that makes the call; `*` stands for any text. */
export function matches(on: string, target: Target): boolean {
  const at = on.indexOf(':');
  const [kind, pattern] = [on.slice(0, at), on.slice(at + 1)];
  if (kind === 'http' ? !target.isHttp : kind !== target.kind) return false;
  return isLike(pattern, kind === 'tool' ? target.tool! : target.node);
}

/** Greedy from both ends: each piece between two stars is looked for behind the one before it. */
export function isLike(pattern: string, name: string): boolean {
  const pieces = pattern.split('*');
  if (pieces.length === 1) return pattern === name;
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}

/** Which calls a fault can be done to; one that fits neither would never hit. */
const FITS: Readonly<Partial<Record<FaultKind, Target['kind']>>> = {
  'slow-stream': 'llm',
  inject: 'tool',
  'wrong-tool-result': 'tool',
};

export const fits = (fault: FaultKind, kind: Target['kind']): boolean => (FITS[fault] ?? kind) === kind;
