export { findPersona, PERSONAS, type LibraryPersona } from './library.js';
export { resolvePersona, type Persona, type ResolvedPersona } from './resolve.js';
