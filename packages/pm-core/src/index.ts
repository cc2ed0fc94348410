export * from './config.ts';
export { countText } from './count-text.ts';
export { UserError } from './errors.ts';
export { parseJson } from './parse-json.ts';
export { placesWhere } from './places-where.ts';
export { deriveSeed, type Random, seededRandom } from './random.ts';
export * from './tables.ts';
export { formatTimestamp, parseTimestamp, timestampMs } from './time.ts';
