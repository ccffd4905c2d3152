export { passHatK, type CaseScore } from './pass-hat-k.js';
export { wilsonInterval } from './wilson.js';
