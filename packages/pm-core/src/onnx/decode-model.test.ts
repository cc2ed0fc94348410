import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { expect, it } from 'vitest';
import { decodeModel } from './decode-model.ts';
import { encodeModel } from './encode-model.ts';
import type { OnnxModel } from './onnx-model.ts';

const model: OnnxModel = {
  irVersion: 8,
  operatorSets: { '': 17, 'ai.onnx.ml': 3 },
  producerName: 'a test',
  metadata: { key: 'valüe', empty: '' },
  graph: {
    name: 'graph',
    nodes: [
      {
        domain: 'ai.onnx.ml',
        operator: 'Anything',
        inputs: ['x', ''],
        outputs: ['y'],
        attributes: {
          int: -1,
          text: 'x'.repeat(300),
          ints: Int32Array.of(0, 127, 128, 2 ** 31 - 1, -(2 ** 31)),
          floats: Float32Array.of(-0, 2 ** -149, Number.POSITIVE_INFINITY, Number.NaN),
          texts: ['', 'a'],
        },
      },
    ],
    constants: [
      { name: 'floats', shape: [2, 1], values: Float32Array.of(1, 2) },
      { name: 'int', shape: [], values: Int32Array.of(3) },
    ],
    inputs: [{ name: 'x', elementType: 'float', shape: ['rows', 2] }],
    outputs: [{ name: 'y', elementType: 'int64', shape: ['rows'] }],
  },
};

it('gives back what was encoded', () => {
  expect(decodeModel(encodeModel(model))).toEqual(model);
});

it('reads lists that are not packed, as other writers leave them, and passes unknown fields over', () => {
  const writer = new BinaryWriter();
  const open = (field: number) => writer.tag(field, WireType.LengthDelimited).fork();
  writer.tag(99, WireType.Bit64).fixed64(1);
  open(7);
  open(1);
  open(5);
  writer.tag(1, WireType.LengthDelimited).string('ints').tag(20, WireType.Varint).int32(7);
  writer.tag(8, WireType.Varint).int32(5).tag(8, WireType.Varint).int32(300);
  writer.join();
  open(5);
  writer.tag(1, WireType.LengthDelimited).string('floats').tag(20, WireType.Varint).int32(6);
  writer.tag(7, WireType.Bit32).float(0.5).tag(7, WireType.Bit32).float(2);
  writer.join().join().join();
  expect(decodeModel(writer.finish()).graph.nodes[0]?.attributes).toEqual({
    ints: Int32Array.of(5, 300),
    floats: Float32Array.of(0.5, 2),
  });
});

it('refuses an attribute that it cannot hold, naming it', () => {
  const writer = new BinaryWriter();
  const open = (field: number) => writer.tag(field, WireType.LengthDelimited).fork();
  open(7);
  open(1);
  open(5);
  writer.tag(1, WireType.LengthDelimited).string('then_branch').tag(20, WireType.Varint).int32(5);
  writer.join().join().join();
  expect(() => decodeModel(writer.finish())).toThrow('attribute then_branch has type 5');
});
