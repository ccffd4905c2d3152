import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { parseCassette, writeCassette } from './cassette.js';
import { GENESIS, laneStart, verdictDigest } from './digest.js';
import { foldRun } from './fold.js';
import { turnOf } from './keys.js';
import { verifyChain, verifyWhole } from './verify.js';
import { JournalWriter, type EventDraft } from './writer.js';

const laneNeeds = (lane: string) => (lane === 'join' ? ['left', 'right'] : []);
const newWriter = () => {
  let ms = Date.parse('2026-01-01T00:00:00Z');
  return new JournalWriter({ runId: 'r', laneNeeds, now: () => (ms += 10) });
};
const node = (lane: string, type: 'node.started' | 'node.finished'): EventDraft =>
  type === 'node.started'
    ? { type, lane, key: lane, data: { type: 'transform' } }
    : { type, lane, key: lane, data: { output: lane, text: lane } };

const STARTED: EventDraft = {
  type: 'run.started',
  lane: 'run',
  key: 'run',
  data: { vars: {}, seed: 1, chaos: null, caseId: null, repeat: 0, live: false, offline: false },
};

const RUN = { lane: 'run', key: 'run' };
const END = {
  'run.canceled': { type: 'run.canceled', ...RUN, data: {} },
  'run.finished': {
    ...{ type: 'run.finished', ...RUN },
    data: {
      ...{ verdict: 'passed', output: null, digest: GENESIS, verdictDigest: verdictDigest([]) },
      reason: { kind: 'completed' },
    },
  },
} as const satisfies Record<string, EventDraft>;

function write(drafts: readonly EventDraft[]): JournalEvent[] {
  const writer = newWriter();
  return drafts.map((draft) => writer.append(draft));
}

describe('a journal', () => {
  const both = (first: string, second: string): EventDraft[] => [
    STARTED,
    node(first, 'node.started'),
    node(second, 'node.started'),
    node(second, 'node.finished'),
    node(first, 'node.finished'),
    node('join', 'node.started'),
  ];

  it('numbers its events 1, 2, 3 … and chains each to the one before it in its lane', () => {
    const events = write(both('left', 'right'));
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(events[1]!.prev).toBe(GENESIS);
    expect(events[4]!.prev).toBe(events[1]!.digest);
    expect(events[5]!.prev).toBe(laneStart([events[4]!.digest, events[3]!.digest]));
  });

  it('gives a join the same head, whichever branch was first', () => {
    const head = (drafts: EventDraft[]) => write(drafts).at(-1)!.digest;
    expect(head(both('left', 'right'))).toBe(head(both('right', 'left')));
  });

  it('keeps control events and logs outside the chains', () => {
    const log: EventDraft = {
      type: 'log',
      lane: 'left',
      key: 'left',
      data: { level: 'info', message: 'hi' },
    };
    const plain = [node('left', 'node.started'), node('left', 'node.finished')];
    const logged = write([plain[0]!, log, plain[1]!]);
    expect(logged.at(-1)!.digest).toBe(write(plain).at(-1)!.digest);
    expect(verifyChain(logged, laneNeeds)).toBeNull();
  });

  it('does not depend on what was measured', () => {
    const responded = (costUsd: number): EventDraft => ({
      type: 'model.responded',
      lane: 'left',
      key: 'left/turn[1]',
      data: {
        content: 'x',
        toolCalls: [],
        finishReason: 'stop',
        usage: { inputTokens: 1, outputTokens: 1 },
        costUsd,
        ttftMs: costUsd,
      },
    });
    expect(write([responded(1)])[0]!.digest).toBe(write([responded(2)])[0]!.digest);
  });

  it('mends half a character that the outside world sent', () => {
    const [event] = write([
      { type: 'node.finished', lane: 'left', key: 'left', data: { output: '\uD800', text: 'x' } },
    ]);
    expect(event!.data).toEqual({ output: '\uFFFD', text: 'x' });
  });

  it.each<[string, (events: JournalEvent[]) => JournalEvent[], number]>([
    [
      'a changed payload',
      (events) => events.with(3, { ...events[3]!, data: { output: 'no', text: 'no' } } as never),
      4,
    ],
    ['a changed digest', (events) => events.with(2, { ...events[2]!, digest: GENESIS }), 3],
    ['a changed link', (events) => events.with(5, { ...events[5]!, prev: GENESIS }), 6],
    ['a missing event', (events) => events.toSpliced(2, 1), 4],
    [
      'two events that changed places',
      (events) => [...events.slice(0, 2), events[3]!, events[2]!, ...events.slice(4)],
      4,
    ],
    ['an event of another run', (events) => events.with(3, { ...events[3]!, runId: 'other' }), 4],
  ])('shows %s', (_name, tamper, seq) => {
    expect(verifyChain(tamper(write(both('left', 'right'))), laneNeeds)?.event.seq).toBe(seq);
  });

  it.each(['run.finished', 'run.canceled'] as const)('shows what stands behind %s', (type) => {
    const log = { type: 'log', lane: 'run', key: 'run', data: { level: 'info', message: 'hi' } } as const;
    const ended = write([STARTED, END[type], log]);
    expect(verifyChain(ended.slice(0, 2), laneNeeds)).toBeNull();
    expect(verifyChain(ended, laneNeeds)).toMatchObject({
      event: { seq: 3 },
      message: 'event 3 stands behind the end of the run',
    });
  });

  it('of a run that has ended is not whole without its end', () => {
    const cut = write([STARTED, node('left', 'node.started')]);
    expect(verifyChain(cut, laneNeeds)).toBeNull();
    expect(verifyWhole(cut, laneNeeds)).toMatchObject({ event: { seq: 2 } });
    expect(verifyWhole(write([STARTED, END['run.canceled']]), laneNeeds)).toBeNull();
  });

  it('is whole when nothing was changed', () => {
    expect(verifyChain(write(both('left', 'right')), laneNeeds)).toBeNull();
  });
});

describe('the fold of a journal', () => {
  it('shows a run that is still going on', () => {
    const view = foldRun(write([STARTED, node('left', 'node.started')]), [{ id: 'c', severity: 'major' }]);
    expect(view).toMatchObject({
      status: 'running',
      verdict: null,
      contracts: [],
      durationMs: null,
      lastSeq: 2,
    });
    expect(view.steps).toMatchObject([
      { node: 'left', type: 'transform', status: 'running', durationMs: null },
    ]);
  });

  it('measures steps from their own events', () => {
    const view = foldRun(write([STARTED, node('left', 'node.started'), node('left', 'node.finished')]));
    expect(view.steps).toMatchObject([
      { status: 'finished', durationMs: 10, output: 'left', firstSeq: 2, lastSeq: 3 },
    ]);
  });

  it('of nothing is a run that is queued', () => {
    expect(foldRun([])).toMatchObject({ status: 'queued', steps: [], lastSeq: 0 });
  });
});

describe('keys', () => {
  it.each([
    ['a/turn[12]/tool#0', 12],
    ['a', null],
  ])('of %s speak of turn %p', (key, turn) => {
    expect(turnOf(key)).toBe(turn);
  });
});

describe('a cassette', () => {
  const header = (runId: string) => ({
    rehearse: 'cassette/v1' as const,
    runId,
    graph: { name: 'g', digest: GENESIS, source: 'yaml: text' },
    caseId: null,
    repeat: 0,
    seed: 1,
    redaction: null,
  });

  it('is one line an event behind a header line, with the source of a graph only once', () => {
    const text = writeCassette([
      { header: header('a'), events: write([STARTED]) },
      { header: header('b'), events: write([STARTED]) },
    ]);
    expect(text.split('\n')).toHaveLength(5);
    expect(text.match(/yaml: text/g)).toHaveLength(1);
  });

  it('reads back as what was written', () => {
    const runs = [
      { header: header('a'), events: write([STARTED, node('left', 'node.started')]) },
      { header: header('b'), events: write([STARTED]) },
    ];
    expect(parseCassette(writeCassette(runs))).toEqual({ ok: true, runs });
  });

  it('names every line that cannot be read', () => {
    const good = writeCassette([{ header: header('a'), events: write([STARTED]) }]).split('\n');
    const future = JSON.stringify({ ...(JSON.parse(good[1]!) as object), v: 99 });
    const [newer, bad] = ['{"rehearse":"cassette/v9"}', '{"rehearse":"cassette/v1"}'];
    const text = [good[1], good[0], '{', '{"v":1,"seq":"x"}', future, newer, bad].join('\n');
    expect(parseCassette(text)).toMatchInlineSnapshot(`
     {
       "ok": false,
       "problems": [
         {
           "code": "cassette/no-header",
           "line": 1,
           "message": "an event stands before the header of a run",
         },
         {
           "code": "cassette/not-json",
           "line": 3,
           "message": "not JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)",
         },
         {
           "code": "cassette/bad-event",
           "line": 4,
           "message": "runId: expected string, received undefined; seq: expected number, received string; lane: expected string, received undefined; and 8 more",
         },
         {
           "code": "cassette/from-the-future",
           "line": 5,
           "message": "events of version 99 need a newer release",
         },
         {
           "code": "cassette/from-the-future",
           "line": 6,
           "message": "a cassette of version 9 needs a newer release",
         },
         {
           "code": "cassette/bad-header",
           "line": 7,
           "message": "runId: expected string, received undefined; graph: expected object, received undefined; caseId: expected string, received undefined; and 3 more",
         },
       ],
     }
    `);
  });

  it.each([
    ['that lacks something', '{"rehearse":"cassette/v1"}', 'bad-header'],
    ['that is no JSON', '{"rehearse":', 'not-json'],
    ['of a newer format', '{"rehearse":"cassette/v2"}', 'from-the-future'],
    ['that is not there', null, 'no-header'],
  ])('with a header %s tells that alone, not each event behind it', (_, head, code) => {
    const [good, ...events] = writeCassette([
      { header: header('a'), events: write([STARTED, node('left', 'node.started')]) },
    ]).split('\n');
    const text = [...(head === null ? [] : [head]), ...events, good, ...events, 'x'].join('\n');
    const parsed = parseCassette(text);
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.code)).toEqual([
      `cassette/${code}`,
      'cassette/not-json',
    ]);
  });

  it('is read behind a byte order mark', () => {
    const text = writeCassette([{ header: header('a'), events: write([STARTED]) }]);
    expect(parseCassette(`\uFEFF${text}`).ok).toBe(true);
  });

  it('without a run is a problem of its own', () => {
    expect(parseCassette('\n')).toMatchObject({ ok: false, problems: [{ code: 'cassette/empty', line: 1 }] });
  });
});
