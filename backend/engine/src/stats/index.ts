export { clopperPearson, mcNemarExact, type Discordant } from './binomial.js';
export { bootstrapInterval } from './bootstrap.js';
export { clusteredMean, type ClusteredMean } from './clustered.js';
export { fisherExact } from './fisher.js';
export { isotonic } from './isotonic.js';
export { hodgesLehmann, mannWhitney, median, type MannWhitney } from './mann-whitney.js';
export { newcombeInterval, type DifferenceInterval } from './newcombe.js';
export { passAtK, passHatK, type CaseScore } from './pass-hat-k.js';
export { benjaminiHochberg, holm } from './several.js';
export type { Share } from './share.js';
export { signFlip, type SignFlip } from './sign-flip.js';
export { sprt, sprtDecision, type Sprt, type SprtPlan } from './sprt.js';
export { meanInterval, studentQuantile } from './student.js';
export {
  varianceParts,
  varianceShares,
  type NestedScores,
  type PartInterval,
  type VarianceParts,
  type VarianceShares,
} from './variance-parts.js';
export { clusteredWilson, observationsToReach, wilsonInterval } from './wilson.js';
