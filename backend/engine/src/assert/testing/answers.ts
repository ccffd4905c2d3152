import type { Json } from '@rehearse/contracts';
import type { Ask } from '../ask.js';
import { about, type Answerer } from './told.js';

export const json = (value: Json): Json => JSON.stringify(value);
export const ANSWER = about('Your refund is on its way.');
export const GOOD = json({ reason: 'It says so.', pass: true, score: 0.9 });
export const BAD = json({ reason: 'It is rude.', pass: false, score: 0.2 });
export const OFF = json({ reason: 'x', pass: 'yes' });

export const always =
  (answer: ReturnType<Answerer>): Answerer =>
  () =>
    answer;
export const inTurn =
  (...answers: ReturnType<Answerer>[]): Answerer =>
  (_, at) =>
    answers[Number(/\d+/.exec(at)![0]) - 1]!;
export const modelOf = (ask: Ask) => (ask.kind === 'model' ? ask : undefined)!;
