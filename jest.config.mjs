// Three projects: `unit` and `studio` (the parts of the frontend that need no browser) need nothing, `db` needs a real
// Postgres and brings its own (one cluster for all files, a fresh copy of the migrated database for each file).
const swc = {
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2023',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
};

const shared = {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/backend'],
  modulePathIgnorePatterns: ['/dist/', '/dist-bundle/', '/node_modules/\\.cache/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node'],
  moduleNameMapper: {
    '^@rehearse/(contracts|engine|adapters|server|testkit|cli)$': '<rootDir>/backend/$1/src/index.ts',
  },
  resolver: '<rootDir>/scripts/jest/resolver.cjs',
  transform: { '\\.ts$': ['@swc/jest', swc] },
  setupFilesAfterEnv: ['<rootDir>/scripts/jest/setup.mjs'],
};

export default {
  maxWorkers: 2,
  // Modules of files that are done are not all let go: a worker that has grown begins anew.
  workerIdleMemoryLimit: '1.5GB',
  // No figure is a time limit in a test: this only ends what hangs, on however busy a machine.
  testTimeout: 60_000,
  coverageProvider: 'v8',
  coverageDirectory: '<rootDir>/coverage',
  coverageReporters: ['text', 'html', 'json', 'lcovonly'],
  collectCoverageFrom: ['backend/*/src/**/*.ts', '!**/*.spec.ts', '!**/*.d.ts', '!**/generated/**'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/backend/*/src/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/dist/', '/dist-bundle/', '\\.db\\.spec\\.ts$'],
      testEnvironment: 'node',
    },
    {
      ...shared,
      roots: ['<rootDir>/frontend/src'],
      displayName: 'studio',
      testMatch: ['<rootDir>/frontend/src/**/*.spec.ts'],
      testEnvironment: 'node',
    },
    {
      ...shared,
      displayName: 'db',
      testMatch: ['<rootDir>/backend/*/src/**/*.db.spec.ts', '<rootDir>/backend/server/e2e/**/*.e2e.ts'],
      globalSetup: '<rootDir>/scripts/jest/database-up.mjs',
      globalTeardown: '<rootDir>/scripts/jest/database-down.mjs',
      testEnvironment: '<rootDir>/scripts/jest/database-environment.mjs',
    },
  ],
};
