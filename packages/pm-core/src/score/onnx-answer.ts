import type { Predictions } from '../forest/index.ts';
import { exportAnswerOnnx, exportLeafOnnx, readEnsemble } from '../onnx/index.ts';
import { matrixOfRows } from './matrix-rows.ts';
import { type OpenSession, openSession } from './onnx-session.ts';
import { openScorer } from './scorer.ts';

export interface OnnxAnswer extends Predictions {
  /** Row-major, rows × trees: what the runtime takes for the position of the leaf in its tree's preorder. */
  readonly leaves: Float32Array;
}

export interface OnnxAnswerer {
  readonly runtime: string;
  /** Answers for rows given to the runtime `batchRows` at a time. */
  answer(rows: readonly Float32Array[], batchRows: number): Promise<OnnxAnswer>;
  /** The answers that follow from sums of units, one a class. */
  answerToUnits(rows: readonly Float32Array[]): Promise<Predictions>;
  close(): Promise<void>;
}

/** Loads a model and its twin, the same trees with leaf positions for weights, into one runtime. */
export async function openAnswerer(onnx: Uint8Array, open: OpenSession = openSession): Promise<OnnxAnswerer> {
  const stored = readEnsemble(onnx);
  const scorer = await openScorer(onnx, { openSession: open });
  const twin = await open(exportLeafOnnx(stored));
  const behindTrees = await openScorer(exportAnswerOnnx(stored), { openSession: open });
  return {
    runtime: twin.runtime,
    async answer(rows, batchRows) {
      const predictions = await scorer.score(matrixOfRows(rows, stored.featureNames), { batchRows });
      const leaves = new Float32Array(rows.length * stored.roots.length);
      for (let start = 0; start < rows.length; start += batchRows) {
        const batch = rows.slice(start, start + batchRows);
        const outputs = await twin.run(Float32Array.from(batch.flatMap((row) => [...row])), batch.length);
        leaves.set(outputs.leaves as Float32Array, start * stored.roots.length);
      }
      return { ...predictions, leaves };
    },
    answerToUnits: (rows) => behindTrees.score(matrixOfRows(rows, stored.classes)),
    async close() {
      await scorer.close();
      await twin.close();
      await behindTrees.close();
    },
  };
}
