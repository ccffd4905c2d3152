export { SimulationSearch } from './search.js';
