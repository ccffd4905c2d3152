import {
  isJournalEvent,
  JournalEvent,
  JOURNAL_VERSION,
  readCassetteHeader,
  type CassetteHeader,
} from '@rehearse/contracts';
import type { CompiledGraph } from '../graph/model.js';
import { canonicalJson } from './canonical.js';

/** The recording of one run. */
export interface Recording {
  header: CassetteHeader;
  events: JournalEvent[];
}

export interface CassetteProblem {
  code:
    | 'cassette/not-json'
    | 'cassette/no-header'
    | 'cassette/bad-header'
    | 'cassette/bad-event'
    | 'cassette/empty'
    | 'cassette/from-the-future';
  /** From 1. */
  line: number;
  message: string;
}

export type ParsedCassette = { ok: true; runs: Recording[] } | { ok: false; problems: CassetteProblem[] };

/**
 * JSON Lines: for each run a header line and one line an event, so that it diffs well and streams. The graph's source
 * and what it encloses stand in the first header of its digest only, or of the graph whose matrix made it.
 */
export const writeCassette = (runs: readonly Recording[]): string => runs.map(cassetteWriter()).join('');

/** The same run by run: answers the lines of each, given in the order of the file. */
export function cassetteWriter(): (run: Recording) => string {
  const carried = new Set<string>();
  return ({ header, events }) => {
    const { name, digest, base, ...content } = header.graph;
    const isFirst = content.source !== undefined && !carried.has(base ?? digest);
    if (isFirst) carried.add(base ?? digest);
    const graph = { name, digest, base, ...(isFirst && content) };
    let text = `${canonicalJson({ ...header, graph })}\n`;
    for (const event of events) text += `${canonicalJson(event)}\n`;
    return text;
  };
}

/** What a header says of a graph: enough to compile it again. */
export const recordedGraph = (graph: CompiledGraph): CassetteHeader['graph'] => {
  const { name, digest, source, base, enclosures } = graph;
  return { name, digest, source, ...(base !== undefined && { base }), ...enclosures };
};

/** Reads a cassette; every line that cannot be read is named. What stands there once is put into each header again. */
export function parseCassette(text: string): ParsedCassette {
  const runs: Recording[] = [];
  const reader = cassetteReader((run) => runs.push(run));
  for (const line of text.split('\n')) reader.push(line);
  const problems = reader.end();
  return problems.length > 0 ? { ok: false, problems } : { ok: true, runs };
}

/** Reads a cassette line by line; keeps one run at a time. */
export interface CassetteReader {
  push(line: string): void;
  /** What was wrong with the lines. */
  end(): CassetteProblem[];
}

/** `onRun` gets a run when the line after its last, or the end, has come; none any more when a line cannot be read. */
export function cassetteReader(onRun: (run: Recording) => void): CassetteReader {
  const problems: CassetteProblem[] = [];
  const contents = new Map<string, Content>();
  let [count, isEmpty, run] = [0, true, null as Recording | null];
  // What belongs to a header that cannot be read is not told line by line.
  let isLost = false;
  const handOn = () => {
    if (run && problems.length === 0) onRun(run);
    run = null;
  };
  return {
    push(line) {
      count++;
      if (line.trim() === '') return;
      const read = readLine(count === 1 ? line.replace(BYTE_ORDER_MARK, '') : line, run, contents);
      if (!read || (isLost && 'code' in read && read.code === 'cassette/no-header')) return;
      if ('code' in read) problems.push({ ...read, line: count });
      if ('header' in read || LOSING.has(read.code)) handOn();
      if ('header' in read) [run, isEmpty] = [read, false];
      isLost = run === null;
    },
    end() {
      handOn();
      if (isEmpty && problems.length === 0)
        problems.push({ code: 'cassette/empty', line: 1, message: 'the file holds no run' });
      return problems;
    },
  };
}

/** What some editors put before a text. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/** With these, what follows belongs to no run that could be read. */
const LOSING: ReadonlySet<CassetteProblem['code']> = new Set([
  ...(['cassette/bad-header', 'cassette/from-the-future'] as const),
]);

type Problem = Omit<CassetteProblem, 'line'>;
type Content = Omit<CassetteHeader['graph'], 'name' | 'digest' | 'base'>;

/** A header answers its run, which has no event yet; an event is put into the run that it belongs to. */
function readLine(
  line: string,
  run: Recording | null,
  contents: Map<string, Content>,
): Recording | Problem | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { code: 'cassette/not-json', message: `not JSON: ${(error as Error).message}` };
  }
  if (isHeader(value)) return readHeader(value, contents);
  if (!run) return { code: 'cassette/no-header', message: 'an event stands before the header of a run' };
  return readEvent(value, run);
}

const isHeader = (value: unknown): value is { rehearse: unknown } =>
  typeof value === 'object' && value !== null && 'rehearse' in value;

const VERSION = 1;

function readHeader(value: { rehearse: unknown }, contents: Map<string, Content>): Recording | Problem {
  const version = Number(/^cassette\/v(\d+)$/.exec(String(value.rehearse))?.[1]);
  if (version > VERSION)
    return {
      code: 'cassette/from-the-future',
      message: `a cassette of version ${version} needs a newer release`,
    };
  const parsed = readCassetteHeader(value);
  if (!parsed.success) return { code: 'cassette/bad-header', message: issuesOf(parsed.error) };
  const { graph: named, ...header } = parsed.data;
  const { name, digest, base, source, files, graphs, personas } = named;
  const key = base ?? digest;
  if (source !== undefined) contents.set(key, { source, files, graphs, personas });
  const graph = { name, digest, ...(base !== undefined && { base }), ...contents.get(key) };
  return { header: { ...header, graph }, events: [] };
}

function readEvent(value: unknown, run: Recording): Problem | null {
  const version = (value as { v?: unknown } | null)?.v;
  if (typeof version === 'number' && version > JOURNAL_VERSION)
    return { code: 'cassette/from-the-future', message: `events of version ${version} need a newer release` };
  if (!isJournalEvent(value)) {
    const { error } = JournalEvent.safeParse(value);
    if (error) return { code: 'cassette/bad-event', message: issuesOf(error) };
  }
  // A parsed copy would lack members that a later release adds to `data`, which the digest covers.
  run.events.push(value as JournalEvent);
  return null;
}

const MOST_ISSUES = 3;

function issuesOf({ issues }: { issues: readonly { path: PropertyKey[]; message: string }[] }): string {
  const named = issues.slice(0, MOST_ISSUES).map(({ path, message }) => {
    const [what] = message.replace(/^Invalid (input|option): /, '').split('|');
    return `${path.join('.') || 'the line'}: ${what}`;
  });
  const rest = issues.length - named.length;
  return named.join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}
