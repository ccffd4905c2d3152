export { patternOf } from './contract-words.js';
export { ContractDemand } from './ContractDemand.js';
export { GraphCanvas } from './LazyGraphCanvas.js';
export { graphQuery, graphsQuery, versionsQuery } from './queries.js';
export { GraphSelect } from './GraphSelect.js';
export { GraphSearch, GraphsSearch, NewGraphSearch } from './search.js';
export { draftOf, fieldsOf, readDraft } from './vars-form.js';
export { VarsFields } from './VarsFields.js';
