export { GraphCanvas } from './LazyGraphCanvas.js';
export { graphQuery, graphsQuery } from './queries.js';
export { GraphSearch, GraphsSearch } from './search.js';
