import { createParser } from 'eventsource-parser';
import type { EgressAnswer } from '../egress/index.js';

/** Hands over the data of each server-sent event. What `take` throws is thrown on. */
export async function eachEvent(answer: EgressAnswer, take: (data: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  const parser = createParser({ onEvent: ({ data }) => take(data) });
  await answer.each((chunk) => parser.feed(decoder.decode(chunk, { stream: true })));
  parser.reset({ consume: true });
}
