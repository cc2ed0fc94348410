import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { ELEMENT_TYPES, type OnnxConstant, type OnnxValue } from './onnx-model.ts';
import { readFloats, readInts, readNested } from './read-fields.ts';

/** Reads a TensorProto. @throws Error for an element type other than float and int64. */
export function readConstant(reader: BinaryReader): OnnxConstant {
  const shape: number[] = [];
  const floats: number[] = [];
  const ints: number[] = [];
  let elementType = 0;
  let name = '';
  readNested(reader, {
    1: (wireType) => readInts(reader, wireType, shape),
    2: () => (elementType = reader.int32()),
    4: (wireType) => readFloats(reader, wireType, floats),
    7: (wireType) => readInts(reader, wireType, ints),
    8: () => (name = reader.string()),
  });
  const values = elementTypeName(elementType) === 'float' ? Float32Array.from(floats) : Int32Array.from(ints);
  return { name, shape, values };
}

/** Reads a ValueInfoProto. @throws Error for an element type other than float and int64. */
export function readValue(reader: BinaryReader): OnnxValue {
  const shape: (number | string)[] = [];
  let name = '';
  let elementType = 0;
  const dimension = { 1: () => shape.push(reader.int32()), 2: () => shape.push(reader.string()) };
  const tensorType = {
    1: () => (elementType = reader.int32()),
    2: () => readNested(reader, { 1: () => readNested(reader, dimension) }),
  };
  readNested(reader, {
    1: () => (name = reader.string()),
    2: () => readNested(reader, { 1: () => readNested(reader, tensorType) }),
  });
  return { name, elementType: elementTypeName(elementType), shape };
}

function elementTypeName(elementType: number): 'float' | 'int64' {
  if (elementType === ELEMENT_TYPES.float) return 'float';
  if (elementType === ELEMENT_TYPES.int64) return 'int64';
  throw new Error(`a tensor has element type ${elementType}, which a forest has not`);
}
