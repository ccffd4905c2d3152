import { VERDICT_LANE } from '../journal/digest.js';
import type { EventDraft } from '../journal/writer.js';
import type { Finding } from './monitor.js';

/** A contract's finding as an event of the verdict lane; `position` is its place in the file, weight 0 reports without counting. */
export function findingDraft(finding: Finding, position: number, weight = 1): EventDraft {
  const { id, key, severity, message } = finding;
  if (finding.verdict === 'failed') {
    const { seq, key: brokenAt } = finding.event;
    const data = { id, seq, key: brokenAt, severity, message, position };
    return { type: 'contract.violated', lane: VERDICT_LANE, key, data };
  }
  const judged = { id, type: 'contract', verdict: 'errored', score: 0, weight } as const;
  const data = { ...judged, reason: message, severity, position };
  return { type: 'assertion.evaluated', lane: VERDICT_LANE, key, data };
}
