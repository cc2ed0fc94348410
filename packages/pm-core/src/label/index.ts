export { labelsSelect } from './labels-select.ts';
