/** What a command leaves: one JSON document for machines and text for people. Exit code 3: the gate said no. */
export interface Outcome {
  readonly json: unknown;
  readonly text: string;
  readonly exitCode?: 0 | 1 | 3;
}
