import { emit, NOTHING, type Deciding, type Decision } from './decision.js';
import { runSubject } from './graph-result.js';
import { decideInquiry } from './decide-inquiry.js';
import { evaluated } from './judge.js';
import { runAssertions } from './plan.js';

/**
 * What is to be asked for the assertions that wait for answers, and the results of those that have them. The results of
 * the run's own assertions stand behind its contracts, so they are told when it ends.
 */
export function decideInquiries(deciding: Deciding): Decision | null {
  const { plan, state } = deciding;
  for (const key of state.dueInquiries) {
    const inquiry = state.inquiries.get(key)!;
    const decision = decideInquiry(deciding, inquiry);
    if (!('result' in decision)) {
      if (decision !== NOTHING) return decision;
      state.dueInquiries.delete(key);
      continue;
    }
    state.dueInquiries.delete(key);
    const { result } = decision;
    if (inquiry.node !== undefined) return emit(evaluated(plan, state, { ...inquiry, result }));
    state.close(key);
  }
  return null;
}

/** All nodes have settled: now the run's own assertions ask as well. */
export function decideRunInquiries(deciding: Deciding): Decision | null {
  const { plan, state } = deciding;
  if (!state.hasAsked && !plan.withoutChecks) {
    state.hasAsked = true;
    openRunInquiries(deciding);
  }
  return decideInquiries(deciding);
}

function openRunInquiries({ plan, state }: Deciding): void {
  const asking = runAssertions(plan).filter(({ id, assertion }) => assertion.mayAsk && !state.judged.has(id));
  if (asking.length === 0) return;
  const subject = runSubject(plan, state, { reason: { kind: 'completed' }, endedEarly: null });
  for (const { id, assertion } of asking) state.open({ key: id, assertion, subject });
}
