export { embedTexts } from './embed.js';
export { callProvider } from './model.js';
