export { callEmbedding, callModel } from './guarded-calls.js';
