export { Answers } from './answers.js';
export { OpenApi } from './openapi.js';
export { OpenApiController } from './openapi.controller.js';
