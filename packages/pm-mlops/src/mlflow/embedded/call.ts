import type { Readable } from 'node:stream';
import type { Fault } from './fault.ts';
import { toJson } from './json.ts';

/** A request, however it came. */
export interface Call {
  readonly method: string;
  /** As it was sent: percent-encoded, `..` not resolved. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string | null;
  text(): Promise<string>;
  bytes(): AsyncIterable<Uint8Array>;
}

/** What is sent back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

/** Answers every call; a refusal is an answer too. */
export type Handler = (call: Call) => Promise<Answer>;

export const jsonAnswer = (body: object, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: toJson(body),
});

export const plainAnswer = (status: number, body: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

/** A refusal in the form of MLflow's. */
export const faultAnswer = ({ code, message, status }: Fault): Answer =>
  jsonAnswer({ error_code: code, message }, status);
