/**
 * The part of an ONNX model (onnx-ml.proto) that a forest needs, as plain values. An attribute's JavaScript type is its
 * ONNX type: number INT, string STRING, Int32Array INTS, Float32Array FLOATS, string[] STRINGS.
 */
export interface OnnxModel {
  readonly irVersion: number;
  /** Version of each operator set; '' is ai.onnx. */
  readonly operatorSets: Readonly<Record<string, number>>;
  readonly producerName: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly graph: OnnxGraph;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxNode {
  readonly domain: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export type AttributeValue = number | string | Int32Array | Float32Array | readonly string[];

/** An initializer: a float tensor, or an int64 tensor whose values fit into 32 bits. */
export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** An input or output; a dimension is a length or, where it is free, a name. */
export interface OnnxValue {
  readonly name: string;
  readonly elementType: 'float' | 'int64';
  readonly shape: readonly (number | string)[];
}

/** Numbers of TensorProto.DataType. */
export const ELEMENT_TYPES = { float: 1, int64: 7 } as const;

/** Numbers of AttributeProto.AttributeType. */
export const ATTRIBUTE_TYPES = { int: 2, string: 3, floats: 6, ints: 7, strings: 8 } as const;

/** How unit sums become probabilities and a label; the first constant is what they are divided by. */
export interface Answer {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
}
