/**
 * Node's HTTP client. An `import` of `node:http` would read all that it exports, and so load WebSockets too: a tenth of a
 * second before the first call.
 */
export const http = process.getBuiltinModule('node:http');

// Loaded by the first call that needs it; one to a model on one's own machine needs none of these.
export const https = () => process.getBuiltinModule('node:https');
export const dns = () => process.getBuiltinModule('node:dns');
export const zlib = () => process.getBuiltinModule('node:zlib');
