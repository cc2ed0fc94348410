import { parseLossless } from './lossless-json.ts';

/**
 * A text answer whose JSON is parsed without rounding; openapi-fetch reads it by `json()` because its length is stated.
 * A stream is made of the text only for who asks for one: it costs more than most answers.
 */
export class LosslessResponse extends Response {
  readonly #text: string;

  constructor(
    text: string,
    { status, headers }: { status: number; headers: Readonly<Record<string, string>> },
  ) {
    const length = `${Buffer.byteLength(text)}`;
    super(null, {
      status,
      headers: { 'content-type': 'application/json', ...headers, 'content-length': length },
    });
    this.#text = text;
    for (const read of ['arrayBuffer', 'bytes', 'blob'] as const) {
      Object.defineProperty(this, read, { value: () => this.#whole()[read]() });
    }
    Object.defineProperty(this, 'body', { get: () => this.#whole().body });
  }

  override readonly text = async (): Promise<string> => this.#text;
  override readonly json = async (): Promise<unknown> => parseLossless(this.#text);

  #whole(): Response {
    return new Response(this.status === 204 ? null : this.#text, this);
  }
}
