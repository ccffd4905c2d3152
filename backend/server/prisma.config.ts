import { defineConfig } from 'prisma/config';

// For Prisma's CLI alone (scripts/prisma.mjs); the server takes its address from its own configuration.
export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://127.0.0.1:5432/rehearse' },
});
