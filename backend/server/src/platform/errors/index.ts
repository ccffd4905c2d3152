export { AppError, type AppErrorOptions, type ProblemEntry } from './app-error.js';
export { classify, invalidRequest } from './classify.js';
export { ProblemFilter } from './problem.filter.js';
