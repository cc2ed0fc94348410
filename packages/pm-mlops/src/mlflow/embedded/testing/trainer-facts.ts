/** What each training of trainer.ts writes. */
export const MODEL_NAME = 'killed';
export const BATCHES = 3;
/** Metrics, and params, of one batch. */
export const PER_BATCH = 20;
export const ARTIFACT_BYTES = 1 << 18;
