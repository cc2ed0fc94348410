import { parseLossless } from './lossless-json.ts';

/**
 * A text answer whose JSON is parsed without rounding; openapi-fetch reads it by `json()` because its length is stated.
 * A stream is made of the text only for who asks for one: it costs more than most answers.
 */
export class LosslessResponse extends Response {
  readonly #text: string;
  readonly #refusal: (() => Error) | undefined;

  /** @param refusal the error for who wants JSON of a text that is none; the parser's own, if not given. */
  constructor(
    text: string,
    { status, headers }: { status: number; headers: Readonly<Record<string, string>> },
    refusal?: () => Error,
  ) {
    const length = `${Buffer.byteLength(text)}`;
    super(null, {
      status,
      headers: { 'content-type': 'application/json', ...headers, 'content-length': length },
    });
    this.#text = text;
    this.#refusal = refusal;
    for (const read of ['arrayBuffer', 'bytes', 'blob'] as const) {
      Object.defineProperty(this, read, { value: () => this.#whole()[read]() });
    }
    Object.defineProperty(this, 'body', { get: () => this.#whole().body });
  }

  override readonly text = async (): Promise<string> => this.#text;
  override readonly json = async (): Promise<unknown> => {
    try {
      return parseLossless(this.#text);
    } catch (error) {
      throw this.#refusal?.() ?? error;
    }
  };

  #whole(): Response {
    return new Response(this.status === 204 ? null : this.#text, this);
  }
}
