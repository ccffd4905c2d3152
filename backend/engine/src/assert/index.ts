export { compileAssertionSet } from './assertion-set.js';
export type { CompiledAssertion } from './assertion.js';
export { compileAssertion, RUNNABLE_ASSERTION_TYPES } from './assertion.js';
export type { Answer, Answers, Ask, Asking, PlacedAsk, ScriptAsk, ScriptForm } from './ask.js';
export type { AssertionIssue, AssertionResult, Evidence, Routes } from './rule.js';
export type { AssertionSubject, SubjectFault, SubjectHandoff, SubjectToolCall } from './subject.js';
