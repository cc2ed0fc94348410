export { confusionByGroup, macroF1OfTotals, sumByGroup } from './group-totals.ts';
export {
  type GroupTotals,
  type PairedBootstrap,
  type PairedDifference,
  pairedBootstrap,
  type TotalsMetric,
} from './paired-bootstrap.ts';
