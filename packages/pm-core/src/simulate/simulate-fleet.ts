import { FAILURE_LAW, type FailureLaw } from './failure-law.ts';
import { type SimulatedMachine, type SimulationParameters, simulateMachine } from './simulate-machine.ts';

/** A fleet as a value: iterating it simulates machine after machine, each time anew, so that only one need be in memory. */
export interface Fleet extends Iterable<SimulatedMachine> {
  readonly parameters: SimulationParameters;
  readonly law: FailureLaw;
}

/** The fleet of these parameters; nothing is computed before it is iterated. Same parameters and law, same fleet. */
export function simulateFleet(parameters: SimulationParameters, law: FailureLaw = FAILURE_LAW): Fleet {
  return {
    parameters,
    law,
    *[Symbol.iterator]() {
      for (let number = 1; number <= parameters.machines; number++) {
        yield simulateMachine(law, parameters, number);
      }
    },
  };
}
