/** Who read the output closed it, as `| head` does: the command ends quietly, with exit code 0. The reason of its signal. */
export class ReaderLeft extends Error {
  override readonly name = 'AbortError';
}
