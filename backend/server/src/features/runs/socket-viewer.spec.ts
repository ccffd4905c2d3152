import type { JournalEvent } from '@rehearse/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { framesOf } from './socket-viewer.js';

const event = (seq: number, text: string) => ({ seq, data: { text } }) as unknown as JournalEvent;

describe('frames of a socket', () => {
  it('hold what fits, and name an event that does not as a gap', () => {
    const events = [event(1, 'a'), event(2, 'b'), event(3, 'x'.repeat(500)), event(4, 'c')];
    expect(framesOf(events, 100)).toEqual([
      { events: [events[0], events[1]] },
      { gap: { afterSeq: 2, toSeq: 3 } },
      { events: [events[3]] },
    ]);
  });

  it('never lose, repeat or reorder an event, and never grow past the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 })), (lengths) => {
        const events = lengths.map((length, i) => event(i + 1, 'x'.repeat(length)));
        const frames = framesOf(events, 256);
        const seqs = frames.flatMap((frame) =>
          'gap' in frame ? [frame.gap.toSeq] : frame.events.map(({ seq }) => seq),
        );
        expect(seqs).toEqual(events.map(({ seq }) => seq));
        for (const frame of frames)
          if ('events' in frame)
            expect(
              frame.events.reduce((sum, one) => sum + JSON.stringify(one).length, 0),
            ).toBeLessThanOrEqual(256);
      }),
    );
  });
});
