export { createHttpServer, type HttpServerOptions } from './http-server.js';
export { Creates } from './creates.js';
export { API_PREFIX } from './plain-paths.js';
export { type Principal } from './principal.js';
export { RateLimits } from './rate-limits.js';
export { contextOf, type RequestContext } from './request-context.js';
export { RouteBook } from './route-book.js';
export { BODY_LIMITS, TakesBody } from './takes-body.js';
export { MultipartBody, type UploadedFile } from './upload.js';
