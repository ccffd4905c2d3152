import { describe, expect, it } from '@jest/globals';
import type { EventType, JournalEvent, JsonObject, RunVerdict } from '@rehearse/contracts';
import { chaosCoverage } from './coverage.js';
import { faultsOf } from './ledger.js';

type Step = [type: EventType, lane: string, data?: JsonObject];

const journal = (chaos: string | null, verdict: RunVerdict, ...steps: Step[]): JournalEvent[] =>
  ([['run.started', 'run', { chaos }], ...steps, ['run.finished', 'run', { verdict }]] as Step[]).map(
    ([type, lane, data = {}], index) =>
      ({ type, lane, key: lane, data, seq: index + 1, attempt: 1 }) as unknown as JournalEvent,
  );

const injected = (lane: string, fault: string): Step => [
  'chaos.injected',
  lane,
  { rule: 'p[0]', fault, on: 'tool:look' },
];

describe('chaos over runs', () => {
  it('is told by nodes and classes of faults, with what it costs beside runs without', () => {
    const journals = [
      journal(
        'p',
        'passed',
        injected('ask', 'error'),
        ['node.finished', 'ask'],
        injected('each/item[1]/pay', 'empty'),
        ['node.errored', 'each/item[1]/pay'],
      ),
      journal('p', 'failed', injected('ask', 'error'), ['node.errored', 'ask']),
      journal('p', 'errored', injected('ask', 'error')),
      journal(null, 'passed'),
      journal(null, 'inconclusive'),
    ];
    expect(chaosCoverage({ journals })).toMatchInlineSnapshot(`
      {
        "cells": [
          {
            "fault": "error",
            "injected": 3,
            "node": "ask",
            "recovered": 1,
            "unharmed": 0,
          },
          {
            "fault": "empty",
            "injected": 1,
            "node": "pay",
            "recovered": 0,
            "unharmed": 0,
          },
        ],
        "degradation": 0.5,
        "injected": 4,
        "passedClean": 1,
        "passedUnderChaos": 0.5,
        "recovered": 1,
      }
    `);
  });

  it('leaves open what nothing is known of', () => {
    expect(chaosCoverage({ journals: [] })).toMatchObject({
      passedClean: null,
      degradation: null,
      injected: 0,
    });
  });
});

describe('a fault', () => {
  it('is recovered when the step that it hit finishes; the next iteration is another step', () => {
    const events = journal(
      'p',
      'passed',
      injected('loop/ask', 'error'),
      ['node.errored', 'loop/ask'],
      injected('loop/ask', 'empty'),
      ['node.finished', 'loop/ask'],
      injected('loop/ask', 'reset'),
    );
    expect(faultsOf(events).map(({ fault, recovered }) => [fault, recovered])).toEqual([
      ['error', false],
      ['empty', true],
      ['reset', null],
    ]);
  });
});
