// docs/configuration.md, from the schema of the configuration.
import '../jest/typescript.mjs';

export const file = 'docs/configuration.md';

export async function make() {
  const { configurationDocument } = await import('../../backend/server/src/platform/config/index.ts');
  return configurationDocument();
}
