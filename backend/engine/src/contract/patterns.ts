import type { CompiledContract } from '../graph/model.js';

/** What a predicate says of the event at hand. */
export type Holds = (predicate: string) => boolean;

/** Watches one contract: says at each event, and at the end, why it is broken, or null. */
export interface Pattern {
  observe(holds: Holds): string | null;
  end(): string | null;
}

const NEVER_AT_END = () => null;

/** The monitor of a contract's pattern, after Dwyer, Avrunin and Corbett (ICSE 1999). */
export function patternOf({ spec }: CompiledContract): Pattern {
  if (spec.never !== undefined) return never(spec.never);
  if (spec.always !== undefined) return always(spec.always);
  if (spec.eventually !== undefined) return eventually(spec.eventually);
  if (spec.atMost !== undefined) return atMost(spec.atMost);
  if (spec.precedes !== undefined) return precedes(spec.precedes);
  throw new RangeError(`the contract ${spec.id} has a pattern that cannot run`);
}

const never = (source: string): Pattern => ({
  observe: (holds) => (holds('never') ? `never ${source}, but it happened` : null),
  end: NEVER_AT_END,
});

const always = (source: string): Pattern => ({
  observe: (holds) => (holds('always') ? null : `always ${source}, but this event breaks it`),
  end: NEVER_AT_END,
});

function eventually(source: string): Pattern {
  let happened = false;
  return {
    observe(holds) {
      happened ||= holds('eventually');
      return null;
    },
    end: () => (happened ? null : `eventually ${source}, but it never happened`),
  };
}

function atMost({ count, of }: { count: number; of: string }): Pattern {
  let seen = 0;
  return {
    observe(holds) {
      if (!holds('of')) return null;
      seen += 1;
      return seen > count ? `at most ${count} of ${of}, but this is number ${seen}` : null;
    },
    end: NEVER_AT_END,
  };
}

function precedes({ first, then }: { first: string; then: string }): Pattern {
  let happened = false;
  return {
    observe(holds) {
      happened ||= holds('first');
      return !happened && holds('then') ? `${first} must precede ${then}, but it has not happened yet` : null;
    },
    end: NEVER_AT_END,
  };
}
