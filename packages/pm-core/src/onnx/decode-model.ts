import { BinaryReader } from '@bufbuild/protobuf/wire';
import {
  ATTRIBUTE_TYPES,
  type AttributeValue,
  type OnnxConstant,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxValue,
} from './onnx-model.ts';
import { readFloats, readInts, readMessage, readNested } from './read-fields.ts';
import { readConstant, readValue } from './read-tensors.ts';

/**
 * Reads a ModelProto, packed or not. Texts for people (doc strings, node names) are passed over.
 * @throws Error where the bytes are not a ModelProto, or hold an attribute or tensor that OnnxModel has no place for.
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const model = {
    irVersion: 0,
    operatorSets: {} as Record<string, number>,
    producerName: '',
    metadata: {} as Record<string, string>,
    graph: { name: '', nodes: [], constants: [], inputs: [], outputs: [] } as OnnxGraph,
  };
  const reader = new BinaryReader(bytes);
  readMessage(reader, bytes.length, {
    1: () => (model.irVersion = reader.int32()),
    2: () => (model.producerName = reader.string()),
    7: () => (model.graph = readGraph(reader)),
    8: () => {
      const [domain, version] = readPair(reader, () => reader.int32());
      model.operatorSets[domain] = version ?? 0;
    },
    14: () => addMetadata(reader, model.metadata),
  });
  return model;
}

/** Only the metadata of a ModelProto: its graph, which is nearly all of the bytes, is passed over. */
export function decodeMetadata(bytes: Uint8Array): Record<string, string> {
  const metadata: Record<string, string> = {};
  const reader = new BinaryReader(bytes);
  readMessage(reader, bytes.length, { 14: () => addMetadata(reader, metadata) });
  return metadata;
}

function addMetadata(reader: BinaryReader, metadata: Record<string, string>): void {
  const [key, value] = readPair(reader, () => reader.string());
  metadata[key] = value ?? '';
}

function readPair<Value>(reader: BinaryReader, readValue: () => Value): [string, Value | undefined] {
  const pair: [string, Value | undefined] = ['', undefined];
  readNested(reader, { 1: () => (pair[0] = reader.string()), 2: () => (pair[1] = readValue()) });
  return pair;
}

function readGraph(reader: BinaryReader): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const constants: OnnxConstant[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  let name = '';
  readNested(reader, {
    1: () => nodes.push(readNode(reader)),
    2: () => (name = reader.string()),
    5: () => constants.push(readConstant(reader)),
    11: () => inputs.push(readValue(reader)),
    12: () => outputs.push(readValue(reader)),
  });
  return { name, nodes, constants, inputs, outputs };
}

function readNode(reader: BinaryReader): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Record<string, AttributeValue> = {};
  let operator = '';
  let domain = '';
  readNested(reader, {
    1: () => inputs.push(reader.string()),
    2: () => outputs.push(reader.string()),
    4: () => (operator = reader.string()),
    5: () => {
      const [name, value] = readAttribute(reader);
      attributes[name] = value;
    },
    7: () => (domain = reader.string()),
  });
  return { domain, operator, inputs, outputs, attributes };
}

function readAttribute(reader: BinaryReader): [string, AttributeValue] {
  let name = '';
  let type = 0;
  let int = 0;
  let text = '';
  const floats: number[] = [];
  const ints: number[] = [];
  const texts: string[] = [];
  readNested(reader, {
    1: () => (name = reader.string()),
    3: () => (int = reader.int32()),
    4: () => (text = reader.string()),
    7: (wireType) => readFloats(reader, wireType, floats),
    8: (wireType) => readInts(reader, wireType, ints),
    9: () => texts.push(reader.string()),
    20: () => (type = reader.int32()),
  });
  if (type === ATTRIBUTE_TYPES.int) return [name, int];
  if (type === ATTRIBUTE_TYPES.string) return [name, text];
  if (type === ATTRIBUTE_TYPES.floats) return [name, Float32Array.from(floats)];
  if (type === ATTRIBUTE_TYPES.ints) return [name, Int32Array.from(ints)];
  if (type === ATTRIBUTE_TYPES.strings) return [name, texts];
  throw new Error(`attribute ${name} has type ${type}, which a forest has not`);
}
