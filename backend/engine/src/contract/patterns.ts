import { durationMs, type ContractSpec, type JournalEvent } from '@rehearse/contracts';
import { elapsedMs } from '../journal/instant.js';

/** What a predicate says of the event at hand; null when it does not see events of this kind. */
export type Holds = (predicate: string) => boolean | null;

export interface Moment {
  event: JournalEvent;
  holds: Holds;
}

export type EventPlace = Pick<JournalEvent, 'seq' | 'key'>;

/** Why a contract is broken, and by which event; without one, by the end of what it watches. */
export interface Breach {
  message: string;
  event?: EventPlace;
}

/** Watches one contract over a run, or over one segment of it. */
export interface Pattern {
  observe(moment: Moment): Breach | null;
  end(): Breach | null;
}

/** The monitor of a contract's pattern, after Dwyer, Avrunin and Corbett (ICSE 1999). */
export function patternOf(spec: ContractSpec): Pattern {
  if (spec.never !== undefined) return never(spec.never);
  if (spec.always !== undefined) return always('always', spec.always);
  if (spec.invariant !== undefined) return always('invariant', spec.invariant);
  if (spec.eventually !== undefined) return eventually(spec.eventually);
  if (spec.atMost !== undefined) return atMost(spec.atMost);
  if (spec.atLeast !== undefined) return atLeast(spec.atLeast);
  if (spec.precedes !== undefined) return precedes(spec.precedes);
  if (spec.responds !== undefined) return responds(spec.responds);
  throw new RangeError(`the contract ${spec.id} has no pattern`);
}

const NOTHING_AT_END = () => null;

const brokenBy = (event: JournalEvent, message: string): Breach => ({
  message,
  event: { seq: event.seq, key: event.key },
});

const never = (source: string): Pattern => ({
  observe: ({ event, holds }) =>
    holds('never') ? brokenBy(event, `never ${source}, but it happened`) : null,
  end: NOTHING_AT_END,
});

/** An invariant is the same over what is known after each event, where `always` looks at the event alone. */
const always = (word: 'always' | 'invariant', source: string): Pattern => ({
  observe: ({ event, holds }) =>
    holds(word) === false ? brokenBy(event, `${word} ${source}, but this event breaks it`) : null,
  end: NOTHING_AT_END,
});

function eventually(source: string): Pattern {
  let happened = false;
  return {
    observe({ holds }) {
      happened ||= holds('eventually') === true;
      return null;
    },
    end: () => (happened ? null : { message: `eventually ${source}, but it never happened` }),
  };
}

interface Bound {
  count: number;
  of: string;
}

function atMost({ count, of }: Bound): Pattern {
  let seen = 0;
  return {
    observe({ event, holds }) {
      if (!holds('of')) return null;
      seen += 1;
      return seen > count ? brokenBy(event, `at most ${count} of ${of}, but this is number ${seen}`) : null;
    },
    end: NOTHING_AT_END,
  };
}

function atLeast({ count, of }: Bound): Pattern {
  let seen = 0;
  return {
    observe({ holds }) {
      if (holds('of')) seen += 1;
      return null;
    },
    end: () => (seen >= count ? null : { message: `at least ${count} of ${of}, but there were ${seen}` }),
  };
}

function precedes({ first, then }: NonNullable<ContractSpec['precedes']>): Pattern {
  let happened = false;
  return {
    observe({ event, holds }) {
      happened ||= holds('first') === true;
      if (happened || !holds('then')) return null;
      return brokenBy(event, `${first} must precede ${then}, but it has not happened yet`);
    },
    end: NOTHING_AT_END,
  };
}

/**
 * Every `to` is answered by a `with` at the same event or a later one. One answer serves all that wait for it, so only
 * the longest wait counts. `within` n turns: before the turn n + 1 behind it begins, whichever node takes it.
 */
function responds({ to, with: answer, within }: NonNullable<ContractSpec['responds']>): Pattern {
  const limit = limitOf(within);
  let waiting: { event: JournalEvent; turns: number } | null = null;
  return {
    observe({ event, holds }) {
      if (waiting && startsTurn(event)) waiting.turns += 1;
      if (waiting && limit?.isOver(waiting, event))
        return brokenBy(event, `${to} must be answered by ${answer} within ${limit.shown}, but was not`);
      const isAsked = holds('to') === true;
      if (holds('with')) waiting = null;
      else if (isAsked) waiting ??= { event, turns: 0 };
      return null;
    },
    end: () => waiting && brokenBy(waiting.event, `${to} must be answered by ${answer}, but it never was`),
  };
}

interface Limit {
  shown: string;
  isOver(waiting: { event: JournalEvent; turns: number }, now: JournalEvent): boolean;
}

function limitOf(within: NonNullable<ContractSpec['responds']>['within']): Limit | null {
  if (within === undefined) return null;
  if (typeof within === 'string') {
    const most = durationMs(within);
    return { shown: within, isOver: ({ event }, now) => elapsedMs(event.at, now.at) > most };
  }
  const { turns: most } = within;
  return { shown: most === 1 ? '1 turn' : `${most} turns`, isOver: ({ turns }) => turns > most };
}

const startsTurn = ({ type, attempt }: JournalEvent): boolean => type === 'model.requested' && attempt === 1;
