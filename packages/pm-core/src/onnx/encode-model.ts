import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  ATTRIBUTE_TYPES,
  type AttributeValue,
  ELEMENT_TYPES,
  type OnnxConstant,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxValue,
} from './onnx-model.ts';

/**
 * Bytes of a ModelProto; field numbers are those of onnx-ml.proto. Equal models give equal bytes. Numeric lists are packed,
 * which every protobuf parser takes, though the schema (proto2) writes attributes unpacked: five bytes a float instead of four.
 */
export function encodeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  int(writer, 1, model.irVersion);
  text(writer, 2, model.producerName);
  message(writer, 7, () => writeGraph(writer, model.graph));
  for (const [domain, version] of Object.entries(model.operatorSets)) {
    message(writer, 8, () => {
      text(writer, 1, domain);
      int(writer, 2, version);
    });
  }
  for (const [key, value] of Object.entries(model.metadata)) {
    message(writer, 14, () => {
      text(writer, 1, key);
      text(writer, 2, value);
    });
  }
  return writer.finish();
}

function writeGraph(writer: BinaryWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, graph.name);
  for (const constant of graph.constants) message(writer, 5, () => writeConstant(writer, constant));
  for (const input of graph.inputs) message(writer, 11, () => writeValue(writer, input));
  for (const output of graph.outputs) message(writer, 12, () => writeValue(writer, output));
}

function writeNode(writer: BinaryWriter, node: OnnxNode): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 4, node.operator);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, () => {
      text(writer, 1, name);
      int(writer, 20, writeAttributeValue(writer, value));
    });
  }
  text(writer, 7, node.domain);
}

/** Writes the value into its field and returns the attribute's type. */
function writeAttributeValue(writer: BinaryWriter, value: AttributeValue): number {
  if (typeof value === 'number') {
    int(writer, 3, value);
    return ATTRIBUTE_TYPES.int;
  }
  if (typeof value === 'string') {
    text(writer, 4, value);
    return ATTRIBUTE_TYPES.string;
  }
  if (value instanceof Float32Array) {
    packedFloats(writer, 7, value);
    return ATTRIBUTE_TYPES.floats;
  }
  if (value instanceof Int32Array) {
    packedInts(writer, 8, value);
    return ATTRIBUTE_TYPES.ints;
  }
  for (const item of value) text(writer, 9, item);
  return ATTRIBUTE_TYPES.strings;
}

function writeConstant(writer: BinaryWriter, { name, shape, values }: OnnxConstant): void {
  packedInts(writer, 1, shape);
  if (values instanceof Float32Array) {
    int(writer, 2, ELEMENT_TYPES.float);
    packedFloats(writer, 4, values);
  } else {
    int(writer, 2, ELEMENT_TYPES.int64);
    packedInts(writer, 7, values);
  }
  text(writer, 8, name);
}

function writeValue(writer: BinaryWriter, { name, elementType, shape }: OnnxValue): void {
  text(writer, 1, name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      int(writer, 1, ELEMENT_TYPES[elementType]);
      message(writer, 2, () => {
        for (const dimension of shape) {
          message(writer, 1, () => {
            if (typeof dimension === 'number') int(writer, 1, dimension);
            else text(writer, 2, dimension);
          });
        }
      });
    }),
  );
}

function int(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int32(value);
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function message(writer: BinaryWriter, field: number, write: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function packedInts(writer: BinaryWriter, field: number, values: Iterable<number>): void {
  message(writer, field, () => {
    for (const value of values) writer.int32(value);
  });
}

function packedFloats(writer: BinaryWriter, field: number, values: Float32Array): void {
  message(writer, field, () => {
    for (const value of values) writer.float(value);
  });
}
