export { canonicalJson, digestOf, NotCanonical, sha256Hex, useSha256, wellFormed } from './canonical.js';
export {
  cassetteReader,
  cassetteWriter,
  parseCassette,
  recordedGraph,
  writeCassette,
  type CassetteProblem,
  type ParsedCassette,
  type Recording,
} from './cassette.js';
export {
  GENESIS,
  isOutsideDigests,
  payloadDigest,
  RECORDED_NODE,
  RUN_LANE,
  runDigest,
  VERDICT_LANE,
  verdictDigest,
} from './digest.js';
export { foldRun, runFolder, type NamedContract, type RunFold, type RunFolder } from './fold.js';
export { elapsedMs, fromInstant, toInstant } from './instant.js';
export { filePlaceOf, laneOf, stepKeyOf, toolKey, turnKey, turnOf } from './keys.js';
export type { LaneNeeds } from './lanes.js';
export { isEnd, verifyChain, verifyWhole, type BrokenLink } from './verify.js';
export { JournalWriter, type EventDraft } from './writer.js';
export { redactionOf, SECRETS_PROFILE } from './redaction.js';
