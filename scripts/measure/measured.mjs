// What counts: our own sources, built or not; no tests, nothing generated.
const SOURCES = /(^|\/)((backend\/(contracts|engine|server|cli)|frontend)\/src\/.*)$/;
const NOT = /\.(spec|test|e2e|d)\.tsx?$|\/(generated|testing)\/|\/node_modules\//;

/** @param {string} file a path or an address of a source, or of the JavaScript that was built from one */
export function isMeasured(file) {
  return sourceOf(file) !== undefined || /\/backend\/(contracts|engine|server|cli)\/dist\/.*\.js$/.test(file);
}

/** `backend/engine/src/journal/digest.ts`, however the tools wrote it; undefined for what does not count. */
export function sourceOf(file) {
  const found = SOURCES.exec(file.replaceAll('\\', '/').replace(/[?#].*$/, ''))?.[2];
  return found === undefined || NOT.test(found) || !/\.tsx?$/.test(found) ? undefined : found;
}
