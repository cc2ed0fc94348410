/** A string as a SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as a SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A UTC timestamp without zone as a SQL literal. */
export const timestampLiteral = (timestamp: string): string => `TIMESTAMP ${literal(timestamp)}`;
