// Who may import whom. Every rule here is proven by scripts/check/dependency-rules.test.mjs, which builds a small tree
// that breaks it and one that does not.
const own = (...parts) => parts.map((part) => `^${part}`);

/** What the engine may use beside itself: libraries that are pure. */
const PURE =
  '(zod|@marcbachmann/cel-js|@noble/hashes|ajv|d3-dsv|diff|ibantools|js-yaml|json-p3|libphonenumber-js|parse5|re2js|saxes)';
const FRAMEWORKS =
  'node_modules/(@nestjs|@prisma|@fastify|@mantine|@playwright|fastify|pg|react|react-dom|rxjs|socket[.]io|socket[.]io-client|vite|commander)/';
const TESTS = '[.](spec|e2e)[.]tsx?$';
const FRONT_DOORS = own(
  'backend/[^/]+/src/index[.]ts$',
  'backend/server/src/platform/config/index[.]ts$', // @rehearse/server/config
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'engine-is-pure',
      comment: 'The engine uses itself, the contracts and pure libraries: not even node:* (docs/adr/0001).',
      severity: 'error',
      from: { path: '^backend/engine/src/', pathNot: TESTS },
      to: {
        pathNot: [
          '^backend/engine/src/',
          '^backend/contracts/src/index[.]ts$',
          `node_modules/${PURE}/`,
          `^${PURE}(/|$)`,
        ],
      },
    },
    {
      name: 'engine-never-reaches-a-framework',
      comment: 'Nor does anything that the engine imports.',
      severity: 'error',
      from: { path: '^backend/engine/src/', pathNot: TESTS },
      to: { path: [FRAMEWORKS, '^frontend/', '^backend/(adapters|server|cli|testkit)/'], reachable: true },
    },
    {
      name: 'contracts-is-a-leaf',
      comment: 'Contracts are zod schemas, and nothing else.',
      severity: 'error',
      from: { path: '^backend/contracts/src/', pathNot: TESTS },
      to: { pathNot: ['^backend/contracts/src/', 'node_modules/zod/', '^zod(/|$)'] },
    },
    {
      name: 'packages-through-the-front-door',
      comment: 'Another package is entered by what its package.json exports.',
      severity: 'error',
      from: { path: '^(backend/[^/]+|frontend)/' },
      to: { path: '^(backend/[^/]+|frontend)/', pathNot: ['^$1/', ...FRONT_DOORS] },
    },
    {
      name: 'slices-through-the-front-door',
      comment: "Another feature is entered by its index.ts: '../runs/index.js', nothing deeper.",
      severity: 'error',
      from: { path: '^(backend/server|frontend)/src/features/([^/]+)/' },
      to: {
        path: '^$1/src/features/',
        pathNot: ['^$1/src/features/$2/', '^$1/src/features/[^/]+/index[.]ts$'],
      },
    },
    {
      name: 'platform-knows-no-feature',
      comment: 'Features stand on the platform, not the other way round.',
      severity: 'error',
      from: { path: '^backend/server/src/platform/' },
      to: { path: '^backend/server/src/features/' },
    },
    {
      name: 'ui-knows-no-feature',
      comment: 'frontend/src/ui is a box of parts.',
      severity: 'error',
      from: { path: '^frontend/src/(ui|api)/' },
      to: { path: '^frontend/src/(features|app)/' },
    },
    {
      name: 'prisma-only-in-repositories',
      comment: 'Rows, SQL and the generated client stay in *.repository.ts and in the database platform.',
      severity: 'error',
      from: {
        path: '^backend/server/src/',
        pathNot: ['^backend/server/src/(platform/database|generated)/', '[.]repository[.]ts$', TESTS],
      },
      to: { path: ['^backend/server/src/generated/', 'node_modules/(@prisma|pg)/'] },
    },
    {
      name: 'edges-do-not-touch-repositories',
      comment: 'Controllers and gateways go through a service.',
      severity: 'error',
      from: { path: '[.](controller|gateway)[.]ts$' },
      to: { path: '[.]repository[.]ts$' },
    },
    {
      name: 'apps-do-not-meet',
      comment: 'The studio and the backend share the contracts, and nothing else.',
      severity: 'error',
      from: { path: '^(frontend|backend)/' },
      to: { path: '^(frontend|backend)/', pathNot: ['^$1/', '^backend/contracts/src/index[.]ts$'] },
    },
    {
      name: 'nobody-imports-the-command-line',
      comment: 'The command line is at the outer end.',
      severity: 'error',
      from: { pathNot: '^backend/cli/' },
      to: { path: '^backend/cli/' },
    },
    {
      name: 'adapters-know-no-app',
      comment:
        'Adapters stand behind the ports of the engine; the server and the command line put them together.',
      severity: 'error',
      from: { path: '^backend/adapters/src/' },
      to: { path: '^(backend/server|frontend)/' },
    },
    {
      name: 'no-circular',
      comment: 'A circle of imports that exist at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '[?]worker' },
    },
    {
      name: 'testkit-is-for-tests',
      comment: 'Scripted ports and builders never ship.',
      severity: 'error',
      from: { path: '^(backend/[^/]+|frontend)/src/', pathNot: ['^backend/testkit/', TESTS, '/testing/'] },
      to: { path: '^backend/testkit/' },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nobody imports and that imports nobody is usually forgotten.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['[.]d[.]ts$', '[.]config[.]ts$', TESTS, '/index[.]ts$', '^backend/cli/assets/'],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/dist/', '/dist-bundle/', '/dist-types/', '[.]css$', '[.]svg$'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'scripts/check/tsconfig.graph.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default', 'require'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
    cache: { folder: 'node_modules/.cache/dependency-cruiser', strategy: 'content' },
  },
};
