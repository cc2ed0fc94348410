export { equalRows } from './equal-rows.ts';
export { ingestSamples, type SampleIngest } from './ingest-samples.ts';
export { type CsvSamples, readCsvSamples, type SampleColumns } from './read-csv-samples.ts';
export { holds, readSamples, type Samples } from './read-samples.ts';
export { SAMPLE_PREDICTIONS, samplesTable, sampleTables } from './sample-tables.ts';
export { type SampleFile, type SampleSource, sampleFiles } from './source-files.ts';
