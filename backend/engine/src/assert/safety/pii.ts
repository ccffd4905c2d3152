import type { AssertionSpec, Json } from '@rehearse/contracts';
import { onText } from '../output-text.js';
import type { CompileRule } from '../rule.js';
import { badValue, isMap, onlyKeys } from '../rule.js';
import { findPii } from './find-pii.js';
import { PII_KINDS, preparePii, type PiiKind } from './pii-rules.js';

function kindsOf({ value }: AssertionSpec): readonly PiiKind[] {
  if (value === undefined || value === null) return PII_KINDS;
  const list = isMap(value) ? (onlyKeys(value, ['kinds']), value['kinds']) : value;
  const kinds = Array.isArray(list) ? list : [list ?? null];
  const isFine = kinds.length > 0 && kinds.every((kind) => PII_KINDS.includes(kind as PiiKind));
  return isFine ? (kinds as PiiKind[]) : badValue(`must be a list of ${PII_KINDS.join(', ')}`);
}

/** Passes when none of the listed kinds (all, unless said otherwise) is in the output. What was found is not repeated. */
const pii: CompileRule = (spec) => {
  const kinds = kindsOf(spec);
  return {
    prepare: preparePii,
    evaluate: onText((text) => {
      const counts = new Map<PiiKind, number>();
      for (const { kind } of findPii(text, kinds)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const shown = [...counts].map(([kind, count]) => `${count} ${kind}`);
      return {
        holds: counts.size === 0,
        claim: ['the text', `be free of ${kinds.join(', ')}`],
        got: shown.join(', ') || 'none',
        evidence: { expected: 'none', actual: Object.fromEntries(counts) as Json },
      };
    }),
  };
};

export const PII_ASSERTION: Readonly<Record<string, CompileRule>> = { pii };
