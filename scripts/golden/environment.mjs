// .env.example, from the schema of the configuration.
import '../jest/typescript.mjs';

export const file = '.env.example';

export async function make() {
  const { environmentExample } = await import('../../backend/server/src/platform/config/index.ts');
  return environmentExample();
}
