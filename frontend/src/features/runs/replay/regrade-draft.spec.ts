import { expect, it } from '@jest/globals';
import { readRegrade } from './regrade-draft.js';

it('what is left empty is that of the graph, and an empty list is none', () => {
  expect(readRegrade({ assert: '', contracts: '[]', judges: 'held' })).toEqual({
    ok: true,
    request: { mode: 'regrade', judges: 'held', contracts: [] },
  });
  expect(
    readRegrade({ assert: '[{"type":"contains","value":"x"}]', contracts: ' ', judges: 'live' }),
  ).toEqual({
    ok: true,
    request: { mode: 'regrade', judges: 'live', assert: [{ type: 'contains', value: 'x' }] },
  });
});

it('what is no list of JSON is told beside its field', () => {
  expect(readRegrade({ assert: '{}', contracts: '[', judges: 'held' })).toEqual({
    ok: false,
    problems: {
      assert: 'Must be a list: [ … ]',
      contracts: expect.stringContaining('Must be JSON'),
    },
  });
});
