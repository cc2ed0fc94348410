export {
  type ColumnMeans,
  type ColumnSummary,
  columnSummarySelect,
  meansByGroup,
  summarizeColumns,
} from './column-summary.ts';
export { type Correlations, correlate } from './correlations.ts';
export {
  type CountOverTime,
  countOverTime,
  countsOverTimeSelect,
  type TimeStep,
  timeStepOf,
} from './counts-over-time.ts';
export { type Bins, binsOver, countByBin, type Histogram, histogramSelect } from './histogram.ts';
export { type Separability, separabilityOf } from './separability.ts';
