export { complianceOf, type Compliance } from './compliance.js';
export { timelineOf, type Timeline } from './timeline.js';
export { expectations, type Expectation } from './expected.js';
