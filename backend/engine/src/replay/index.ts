export { ENGINE_VERSION } from './divergence.js';
export { jsonDiff } from './json-diff.js';
export { recordedRunDigest, replayRecording, replayStrict, type StrictReplay } from './strict.js';
