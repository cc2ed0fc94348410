/** An answer that is not 2xx. Without a code the body has only a message, as some of the service's own have. */
export class Refusal extends Error {
  readonly status: number;
  readonly errorCode: string | undefined;

  constructor(status: number, errorCode: string | undefined, message: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }
}

export function refuse(status: number, errorCode: string | undefined, message: string): never {
  throw new Refusal(status, errorCode, message);
}
