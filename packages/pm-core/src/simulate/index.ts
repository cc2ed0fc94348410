export {
  type Component,
  type ComponentLaw,
  type ErrorCode,
  FAILURE_LAW,
  type FailureLaw,
  type MachineModel,
  type Sensor,
  type SensorLaw,
} from './failure-law.ts';
export { type FleetStatistics, fleetStatistics, type SensorStatistics } from './fleet-statistics.ts';
export { type CeilingRows, plantedCeiling } from './planted-ceiling.ts';
export type { PlantedLaw } from './planted-law.ts';
export { plantedProbabilities } from './planted-probabilities.ts';
export { LAW_FILE } from './replace-source-files.ts';
export { type Fleet, simulateFleet } from './simulate-fleet.ts';
export {
  type ErrorEvent,
  type MachineHistory,
  type SimulatedMachine,
  type SimulationParameters,
  simulateMachine,
} from './simulate-machine.ts';
export type { SensorShift, Telemetry } from './simulate-telemetry.ts';
export type { ComponentEvent, VisitLog } from './simulate-visits.ts';
export { writeCsvFiles } from './write-csv-files.ts';
export type { WriteFleetOptions } from './write-fleet.ts';
export { writeParquetFiles } from './write-parquet-files.ts';
