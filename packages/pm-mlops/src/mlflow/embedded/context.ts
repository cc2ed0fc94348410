import type { Random } from 'pm-core';
import type { z } from 'zod';
import type { Database } from './database.ts';

/** What a handler works with. */
export interface Context {
  readonly database: Database;
  /** Milliseconds since 1970. */
  now(): number;
  /** 32 hexadecimal digits that no other call gives. */
  newId(): string;
  readonly random: Random;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** One call of the API: its handler runs in one transaction. */
export interface Route {
  readonly method: Method;
  /** Below /api/2.0/mlflow/; `{name}` stands for one segment, which joins the request's fields. */
  readonly path: string;
  readonly access: 'read' | 'write';
  readonly schema: z.ZodType;
  /** @throws Fault */
  handle(context: Context, request: never): object;
}

type Handle<Request> = (context: Context, request: Request) => object | undefined;

/** A call that only reads. */
export const reads = <Request>(
  method: Method,
  path: string,
  schema: z.ZodType<Request>,
  handle: Handle<Request>,
): Route => ({
  method,
  path,
  access: 'read',
  schema,
  handle: (context, request) => handle(context, request) ?? {},
});

/** A call that changes the database; one that answers nothing answers {}. */
export const writes = <Request>(
  method: Method,
  path: string,
  schema: z.ZodType<Request>,
  handle: Handle<Request>,
): Route => ({
  method,
  path,
  access: 'write',
  schema,
  handle: (context, request) => handle(context, request) ?? {},
});
