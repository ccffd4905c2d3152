import { packageFile } from './package-file.js';

/** Of this package, read when somebody asks. */
export function version(): string {
  const manifest = packageFile('package.json');
  return (JSON.parse(manifest) as { version: string }).version;
}
