/** What a field is and what it is to be; undefined where it is not set. */
export interface Difference {
  /** Such as `tasks[train].timeout_seconds`. */
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

export type Action = 'create' | 'update' | 'delete';

/** One thing of a workspace that a deployment creates, updates or deletes. */
export interface Change {
  readonly action: Action;
  /** In people's words: job, notebook, secret scope, … */
  readonly kind: string;
  readonly name: string;
  /** Of an update; empty otherwise. */
  readonly differences: readonly Difference[];
  /** What else a person should know, a line each. */
  readonly notes: readonly string[];
  /** Carries it out; may be repeated after a failure. */
  apply(): Promise<void>;
}

/** A change without what it leaves out. */
export const change = (
  given: Pick<Change, 'action' | 'kind' | 'name' | 'apply'> & Partial<Change>,
): Change => ({ differences: [], notes: [], ...given });

/** A change as a JSON document. */
export const changeDocument = ({ action, kind, name, differences, notes }: Change) => ({
  action,
  kind,
  name,
  differences,
  notes,
});
