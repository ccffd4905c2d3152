import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { JournalEvent } from '@rehearse/contracts';
import { compileGraph } from '../graph/index.js';
import { graphOf } from '../graph/testing/told.js';
import { foldRun, verifyChain } from '../journal/index.js';
import { passHatK } from '../stats/index.js';
import { importTrajectories, type ImportedRun } from './index.js';
import { count, eventsOf, NOW, outline, runsOf } from './testing/imported.js';

const EXCERPT = readFileSync(
  new URL('../../fixtures/trajectories/tau-bench-airline/excerpt.json', import.meta.url),
  'utf8',
);
const FULL = process.env['REHEARSE_TAU_FILE'];

const AIRLINE = graphOf(`
providers: {m: {targets: [{provider: mock, script: s}]}}
mocks: {s: [{reply: {content: x}}]}
nodes: {agent: {type: llm, prompt: x}}
contracts:
  - {id: details-first, precedes: {first: 'tool == "get_reservation_details"', then: 'tool == "cancel_reservation"'}}
`);

function passHat(runs: readonly ImportedRun[]): (number | null)[] {
  const scores = new Map<string, { passed: number; scored: number }>();
  for (const { caseId, verdict } of runs) {
    const { passed, scored } = scores.get(caseId) ?? { passed: 0, scored: 0 };
    scores.set(caseId, { passed: passed + (verdict === 'passed' ? 1 : 0), scored: scored + 1 });
  }
  const cases = [...scores.values()];
  return [1, 2, 3, 4].map((k) => passHatK({ cases, k }));
}

const callsOf = (runs: readonly ImportedRun[], tool: string) =>
  count(eventsOf(runs), (event) => event.type === 'tool.called' && event.data.tool === tool);

describe('the recordings of tau-bench', () => {
  it('become a run each, whose verdict is the recorded reward', () => {
    const runs = runsOf({ text: EXCERPT });
    expect(runs).toHaveLength(12);
    expect(runs.map(({ caseId, repeat, verdict }) => `${caseId} #${repeat} ${verdict}`))
      .toMatchInlineSnapshot(`
     [
       "task-41 #0 failed",
       "task-44 #0 passed",
       "task-48 #0 passed",
       "task-41 #1 passed",
       "task-44 #1 failed",
       "task-48 #1 passed",
       "task-41 #2 failed",
       "task-44 #2 passed",
       "task-48 #2 passed",
       "task-41 #3 passed",
       "task-44 #3 failed",
       "task-48 #3 passed",
     ]
    `);
    expect(passHat(runs)).toEqual([2 / 3, 4 / 9, 1 / 3, 1 / 3]);
    expect(callsOf(runs, 'get_reservation_details')).toBe(10);
  });

  it('are judged by the contracts of the graph that is given with them', () => {
    const runs = runsOf({ text: EXCERPT, graph: AIRLINE });
    const broken = eventsOf(runs).filter((event) => event.type === 'contract.violated');
    expect(broken.map(({ data }) => data)).toMatchInlineSnapshot(`
     [
       {
         "id": "details-first",
         "key": "recorded/turn[4]/tool#0",
         "message": "tool == "get_reservation_details" must precede tool == "cancel_reservation", but it has not happened yet",
         "position": 1,
         "seq": 11,
         "severity": "major",
       },
     ]
    `);
    const run = runs.find(({ events }) => events.includes(broken[0]!))!;
    expect([run.caseId, run.repeat, run.verdict]).toEqual(['task-41', 2, 'failed']);
  });

  it('become journals that hold every message, call and result, in turns', () => {
    const [run] = runsOf({ text: EXCERPT });
    expect(outline(run!)).toMatchInlineSnapshot(`
     "1 run run.started {"vars":{"task_id":41,"user_id":"anya_garcia_5901","instruction":"You are Anya Garcia (wit…
     2 recorded node.started {"type":"recorded"}
     3 recorded/turn[1] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     4 recorded/turn[1] model.responded {"content":"Of course! I'd be happy to help you with your flight. Could you please provide…
     5 recorded/turn[2] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     6 recorded/turn[2] model.responded {"content":null,"toolCalls":[{"id":"call_5daiGzHrLJhKKy6URqKDvO1G","name":"get_reservation…
     7 recorded/turn[2]/tool#0 tool.called {"tool":"get_reservation_details","args":{"reservation_id":"3RK2T9"},"turn":2}
     8 recorded/turn[2]/tool#0 tool.returned {"tool":"get_reservation_details","result":{"reservation_id":"3RK2T9","user_id":"anya_garc…
     9 recorded/turn[3] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     10 recorded/turn[3] model.responded {"content":"I have retrieved the details of your reservation. Here they are:\\n\\n- **Reserv…
     11 recorded/turn[4] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     12 recorded/turn[4] model.responded {"content":"Since your reservation was made within the last 24 hours, you are eligible to …
     13 recorded/turn[5] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     14 recorded/turn[5] model.responded {"content":null,"toolCalls":[{"id":"call_HpnsUVr01FHdHv0sjv83BNfk","name":"cancel_reservat…
     15 recorded/turn[5]/tool#0 tool.called {"tool":"cancel_reservation","args":{"reservation_id":"3RK2T9"},"turn":5}
     16 recorded/turn[5]/tool#0 tool.returned {"tool":"cancel_reservation","result":{"reservation_id":"3RK2T9","user_id":"anya_garcia_59…
     17 recorded/turn[6] model.requested {"target":{"provider":"openai-compatible","model":"unknown"},"model":"unknown","messagesAd…
     18 recorded/turn[6] model.responded {"content":"Your reservation has been successfully cancelled, and a full refund will be pr…
     19 recorded/rest[1] log {"level":"info","message":"user: Great, thank you for taking care of that. That's all for …
     20 recorded node.finished {"output":"Your reservation has been successfully cancelled, and a full refund will be pro…
     21 recorded:reward assertion.evaluated {"id":"recorded:reward","type":"recorded:reward","verdict":"failed","score":0,"reason":"ex…
     22 run run.finished {"verdict":"failed","output":"Your reservation has been successfully cancelled, and a full…"
    `);
  });

  it('become journals that are sound: events of the format, whole chains, a fold that tells the same', () => {
    for (const run of runsOf({ text: EXCERPT, graph: AIRLINE })) {
      for (const event of run.events) expect(JournalEvent.safeParse(event).error).toBeUndefined();
      expect(verifyChain(run.events, () => [])).toBeNull();
      const fold = foldRun(run.events);
      const { caseId, repeat, vars, verdict } = run;
      expect(fold).toMatchObject({ status: 'finished', caseId, repeat, vars, verdict });
    }
  });

  it('have the same digests however often they are imported, whatever the time and the name', () => {
    const digests = (runs: ImportedRun[]) => runs.map(({ events }) => events.at(-1)!.data);
    expect(digests(runsOf({ text: EXCERPT, now: 0, name: 'other' }))).toEqual(
      digests(runsOf({ text: EXCERPT })),
    );
  });

  if (FULL !== undefined)
    it('give the published figures, for all 200', () => {
      const text = readFileSync(FULL, 'utf8');
      const runs = runsOf({ text });
      expect(runs).toHaveLength(200);
      expect(count(runs, ({ verdict }) => verdict === 'passed')).toBe(84);
      expect(passHat(runs).map((chance) => chance!.toFixed(3))).toEqual(['0.420', '0.273', '0.220', '0.200']);
      expect(callsOf(runs, 'get_reservation_details')).toBe(377);
      const judged = runsOf({ text, graph: AIRLINE });
      expect(count(eventsOf(judged), ({ type }) => type === 'contract.violated')).toBe(2);
    });
});

describe('the graph of imported recordings', () => {
  it('is named after the file and cannot be uploaded', () => {
    const names = ['runs/GPT 4o (airline).json', 'x.jsonl', '***', 'a'.repeat(99), 'imported-x'];
    const imported = names.map((name) =>
      importTrajectories({ format: 'tau-bench', text: EXCERPT, name, now: NOW }),
    );
    expect(imported.map((result) => result.ok && result.graphName)).toEqual([
      'imported-gpt-4o-airline',
      'imported-x',
      'imported-trajectories',
      `imported-${'a'.repeat(54)}`,
      'imported-x',
    ]);
    const [first] = imported;
    const compiled = compileGraph(first!.ok ? first!.graphSource : '');
    expect(compiled.ok).toBe(false);
    expect(compiled.diagnostics.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'graph/bad-value nodes.recorded.type',
    ]);
  });
});
