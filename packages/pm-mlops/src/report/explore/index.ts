export type {
  EventCounts,
  Exploration,
  FailureSeries,
  FeaturesExploration,
  MachineReadings,
  ModelExploration,
  PredictionsExploration,
  RiskyMachine,
  SamplePredictionsExploration,
  SamplesExploration,
  TelemetryExploration,
  VersionFigure,
} from './exploration.ts';
export { explorationReport } from './exploration-report.ts';
