import { describe, expect, it } from '@jest/globals';
import type { JournalEvent } from '@rehearse/contracts';
import { conversationOf } from './conversation.js';

const make = (seq: number, type: string, data: object, key = 'handle/turn[1]'): JournalEvent =>
  ({ seq, type, data, lane: 'handle', key }) as unknown as JournalEvent;
const usage = { inputTokens: 0, outputTokens: 0 };

describe('conversationOf', () => {
  it('tells what was said and done, the answer of a tool with its call', () => {
    const call = { id: 'c', name: 'find', arguments: {} };
    const turns = conversationOf(
      [
        make(1, 'model.requested', {
          messagesAdded: [
            { role: 'system', content: 's' },
            { role: 'user', content: 'u' },
          ],
        }),
        make(2, 'model.responded', { content: null, toolCalls: [call], finishReason: 'tool_calls', usage }),
        make(3, 'tool.called', { tool: 'find', args: { id: 1 } }, 'handle/turn[1]/tool#0'),
        make(4, 'tool.called', { tool: 'slow', args: {} }, 'handle/turn[1]/tool#1'),
        make(5, 'tool.returned', { tool: 'find', result: 'here' }, 'handle/turn[1]/tool#0'),
        make(6, 'tool.called', { tool: 'elsewhere' }, 'other/turn[1]/tool#0'),
        make(7, 'model.requested', { messagesAdded: [{ role: 'tool', content: 'here' }] }),
        make(8, 'model.failed', { error: { code: 'provider/timeout', message: 'too slow' } }),
      ],
      'handle',
    );
    const told = turns.map((turn) =>
      turn.kind === 'tool' ? `${turn.tool} ${turn.isOver} ${String(turn.result)}` : turn.kind,
    );
    expect(told).toEqual([
      'message',
      'message',
      'answer',
      'find true here',
      'slow false undefined',
      'trouble',
    ]);
  });

  it('keeps the iterations of a loop apart, which share a lane', () => {
    const said = (seq: number, content: string, iteration: number) =>
      make(
        seq,
        'model.responded',
        { content, toolCalls: [], finishReason: 'stop', usage },
        `polish/iter[${iteration}]/write/turn[1]`,
      );
    const events = [said(1, 'first', 1), said(2, 'second', 2), said(3, 'twelfth', 12)];
    expect(conversationOf(events, 'polish/iter[2]/write')).toMatchObject([{ content: 'second' }]);
    expect(conversationOf(events, 'polish/iter[1]/write')).toMatchObject([{ content: 'first' }]);
  });
});
