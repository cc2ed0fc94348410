import { type BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** What to do with each known field of a message, by number; the reader stands at the field's value. */
export type Fields = Readonly<Record<number, (wireType: WireType) => void>>;

/**
 * Reads a message of `length` bytes; unknown fields are passed over.
 * @throws Error where the bytes are not fields, or the last one runs over the end.
 */
export function readMessage(reader: BinaryReader, length: number, fields: Fields): void {
  const end = reader.pos + length;
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    const read = fields[field];
    if (read === undefined) reader.skip(wireType, field);
    else read(wireType);
  }
  if (reader.pos !== end) throw new RangeError('a protobuf message does not end where its length says');
}

/** Reads a message that is a field's value: its length, then its fields. */
export function readNested(reader: BinaryReader, fields: Fields): void {
  readMessage(reader, reader.uint32(), fields);
}

/** Appends a repeated integer (of at most 32 bits): one value, or a packed list. */
export function readInts(reader: BinaryReader, wireType: WireType, into: number[]): void {
  readRepeated(reader, wireType, () => into.push(reader.int32()));
}

/** Appends a repeated float: one value, or a packed list. */
export function readFloats(reader: BinaryReader, wireType: WireType, into: number[]): void {
  readRepeated(reader, wireType, () => into.push(reader.float()));
}

function readRepeated(reader: BinaryReader, wireType: WireType, readOne: () => void): void {
  const end = wireType === WireType.LengthDelimited ? reader.uint32() + reader.pos : reader.pos + 1;
  while (reader.pos < end) readOne();
}
