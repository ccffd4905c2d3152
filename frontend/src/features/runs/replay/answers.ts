import type { ReplayAnswer } from '@rehearse/contracts';
import { count, usd } from '../../../ui/format.js';

/** Where answers came from and what those had anew cost; told of every mode. */
export const answersOf = ({
  answers,
  costUsd,
}: Pick<ReplayAnswer, 'answers' | 'costUsd'>): [string, string][] => [
  ['Answers from the tape', count(answers.tape)],
  ['Had anew', count(answers.live)],
  ['Cost', usd(costUsd)],
];
