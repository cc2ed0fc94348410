/** Output that holds the class number; the probabilities are `probability_` and the class's name. */
export const LABEL_OUTPUT = 'label';
export const PROBABILITY_OUTPUT_PREFIX = 'probability_';
