import { canonicalJson, digestOf, settingsOfSuite, sha256Hex } from '@rehearse/engine';
import type { Principal } from '../../platform/http/principal.js';
import { newId } from '../../platform/ids.js';
import type { CheckedSuite } from './check-suite.js';
import type { SuiteDraft } from './suites.repository.js';

/** Versions of graphs that have these settings in them are told apart by it. */
export const settingsDigest = ({ document }: CheckedSuite): string =>
  sha256Hex(canonicalJson(settingsOfSuite(document)));

/** What of a suite is kept: it is a new version when its text or one of its graphs is another. */
export const suiteDraft = (
  { document, source, graphs }: CheckedSuite,
  { principal, versions }: { principal: Principal; versions: readonly string[] },
): SuiteDraft => ({
  id: newId(),
  name: document.name,
  digest: digestOf([document, graphs.map(({ graph }) => graph.digest)]),
  sourceDigest: digestOf([source, graphs.map(({ graph }) => graph.sourceDigest)]),
  source,
  labels: document.labels ?? {},
  description: document.description ?? null,
  createdBy: principal.userId,
  graphs: versions,
});
