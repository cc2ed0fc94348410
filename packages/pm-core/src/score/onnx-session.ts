import { UserError } from '../errors.ts';

/** A loaded model with one input [rows, F] float. */
export interface OnnxSession {
  /** Name and version of what runs it, such as `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
  readonly outputNames: readonly string[];
  /** Runs row-major `values` (rows × F, NaN is null). The outputs are the caller's; `values` may be reused afterwards. */
  run(values: Float32Array, rowCount: number): Promise<OnnxOutputs>;
  close(): Promise<void>;
}

export type OnnxOutputs = Readonly<Record<string, Float32Array | BigInt64Array>>;
export type OpenSession = (
  model: Uint8Array,
  options?: { readonly threads?: number },
) => Promise<OnnxSession>;

/**
 * Loads a model into onnxruntime-node on the CPU. The library comes in with the first model, so that what scores nothing needs
 * no native code.
 * @throws UserError `onnxruntime-missing` where the native library cannot be loaded, `unreadable-model` for bytes it refuses
 * or a model with more than one input.
 */
export const openSession: OpenSession = async (model, { threads = 2 } = {}) => {
  const { env, InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // Threads sleep until the next batch: waiting for it awake took as much CPU as the trees.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }).catch((cause: unknown) => {
    throw new UserError('unreadable-model', `ONNX Runtime does not take this model: ${cause}`, { cause });
  });
  const [inputName, ...moreInputs] = session.inputNames;
  if (inputName === undefined || moreInputs.length > 0) {
    throw new UserError(
      'unreadable-model',
      `the model has ${session.inputNames.length} inputs (${session.inputNames.join(', ')}); one table of floats is needed`,
    );
  }
  return {
    runtime: `onnxruntime-node ${env.versions.node}`,
    outputNames: session.outputNames,
    async run(values, rowCount) {
      const input = new Tensor('float32', values, [rowCount, values.length / rowCount]);
      const outputs = await session.run({ [inputName]: input });
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { data }]) => [name, numbers(name, data)]),
      );
    },
    close: () => session.release(),
  };
};

/** Name and version of the runtime, such as `onnxruntime-node 1.30.0`. @throws UserError `onnxruntime-missing` */
export async function onnxRuntimeName(): Promise<string> {
  const { env } = await loadRuntime();
  return `onnxruntime-node ${env.versions.node}`;
}

async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new UserError('onnxruntime-missing', `onnxruntime-node does not load here: ${cause}`, {
      next: 'Scoring needs its native library (Linux with glibc, macOS or Windows; x64 or arm64): reinstall there.',
      cause,
    });
  }
}

function numbers(name: string, data: unknown): Float32Array | BigInt64Array {
  if (data instanceof Float32Array || data instanceof BigInt64Array) return data;
  throw new UserError('unreadable-model', `the model's output ${name} is neither float nor int64`);
}
