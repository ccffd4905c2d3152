import type { Json, JsonObject } from '@rehearse/contracts';
import { isMapping, type Sources } from '../sources.js';

/** A config of promptfoo has at least one of these. */
export const CONFIG_KEYS = ['prompts', 'providers', 'targets', 'tests', 'scenarios'];
const USED = [
  ...CONFIG_KEYS,
  'description',
  'tags',
  'defaultTest',
  'assertionTemplates',
  'evaluateOptions',
  'commandLineOptions',
];
/** About how promptfoo runs or what it does with results. */
const RUNNING = ['outputPath', 'sharing', 'writeLatestResults', 'metadata', '$schema', 'version'];

/** Notes the keys of a config that nothing here reads. */
export function checkConfig(root: JsonObject, sources: Sources): void {
  for (const key of Object.keys(root)) {
    if (USED.includes(key)) continue;
    if (RUNNING.includes(key)) sources.ignored([root, key], `\`${key}\` is about running promptfoo`);
    else sources.lost([root, key], `\`${key}\` has no counterpart`);
  }
  for (const options of runningOptions(root))
    for (const key of Object.keys(options))
      if (key !== 'repeat') sources.ignored([options, key], `\`${key}\` is about running promptfoo`);
}

/** How often each test is run: what the command line is given goes first. */
export const repeatOf = (root: JsonObject): Json | undefined =>
  runningOptions(root).find(({ repeat }) => repeat !== undefined && repeat !== null)?.['repeat'];

const runningOptions = (root: JsonObject): JsonObject[] =>
  [root['commandLineOptions'], root['evaluateOptions']].filter(isMapping);
