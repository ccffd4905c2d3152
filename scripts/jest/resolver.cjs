// Our TypeScript imports `./x.js` and means `./x.ts`. Packages are left alone: theirs is really a `.js`.
const { existsSync } = require('node:fs');
const path = require('node:path');

module.exports = (request, options) => {
  const own = /^\.{1,2}\//.test(request) && !options.basedir.includes('/node_modules/');
  if (own && request.endsWith('.js')) {
    const source = path.resolve(options.basedir, `${request.slice(0, -3)}.ts`);
    if (existsSync(source)) return source;
  }
  return options.defaultResolver(request, options);
};
