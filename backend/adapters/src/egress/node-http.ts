/**
 * Node's HTTP client. An `import` of `node:http` would read all that it exports, and so load WebSockets too: a tenth of a
 * second before the first call.
 */
export const http = process.getBuiltinModule('node:http');
/** Loaded when the first address asks for it: models of one's own machine do not. */
export const https = () => process.getBuiltinModule('node:https');
