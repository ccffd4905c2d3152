export type { CompiledAssertion } from './assertion.js';
export { compileAssertion, RUNNABLE_ASSERTION_TYPES } from './assertion.js';
export type { AssertionIssue, AssertionResult, Evidence } from './rule.js';
export type { AssertionSubject, SubjectToolCall } from './subject.js';
