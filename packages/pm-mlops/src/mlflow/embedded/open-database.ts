import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from 'pm-core';
import { createDatabase, type Database } from './database.ts';
import { sqliteResult } from './fault.ts';
import { isOnNetworkDisk } from './network-disk.ts';
import { missingFrom } from './schema-check.ts';

/** The alembic revision of schema.sql: MLflow 3.0. Every newer MLflow upgrades a file of it on its first open. */
export const SCHEMA_REVISION = '6953534de441';

const busyTimeoutMs = 5000;
const notADatabase = 26;

/**
 * Opens an MLflow database, making one where there is none (or an empty file). A file that an MLflow of another revision
 * made or upgraded is used as it is, if it has every table and column needed; it is never altered.
 * @throws UserError `not-an-mlflow-database`, `mlflow-schema`, `cannot-open-database`
 */
export function openDatabase(file: string, nowMs: number): Database {
  let connection: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    connection = new DatabaseSync(file, { timeout: busyTimeoutMs });
    prepareFile(connection, file, nowMs);
    return createDatabase(connection);
  } catch (error) {
    connection?.close();
    throw asUserError(error, file);
  }
}

function prepareFile(connection: DatabaseSync, file: string, nowMs: number): void {
  connection.exec('PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON;');
  if (isEmpty(connection)) createTables(connection, nowMs);
  checkSchema(connection, file);
  if (!isOnNetworkDisk(file)) useWriteAheadLog(connection);
}

function isEmpty(connection: DatabaseSync): boolean {
  return connection.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined;
}

/** In one transaction: of two processes that find an empty file, the second waits and then finds the tables. */
function createTables(connection: DatabaseSync, nowMs: number): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    if (isEmpty(connection)) {
      connection.exec(schemaSql());
      connection
        .prepare(
          `INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
           VALUES (0, 'Default', 'mlflow-artifacts:/0', 'active', ?, ?)`,
        )
        .run(nowMs, nowMs);
    }
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** Readers and a writer don't wait for each other, and a commit needs no sync of its own: it survives a crash of the process. */
function useWriteAheadLog(connection: DatabaseSync): void {
  try {
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  } catch (error) {
    // Another process is at work on the file: it stays as it is, which is only slower, until the next open.
    if (sqliteResult(error) !== 5) throw error;
  }
}

function checkSchema(connection: DatabaseSync, file: string): void {
  const revision = revisionOf(connection);
  if (revision === undefined) {
    throw new UserError(
      'not-an-mlflow-database',
      `${file} is a database, but not one of MLflow: it has no alembic_version.`,
      {
        next: 'Name another file in MLFLOW_TRACKING_URI (sqlite:///path/to/mlflow.db).',
      },
    );
  }
  if (revision === SCHEMA_REVISION) return;
  const missing = missingFrom(connection, schemaSql());
  if (missing.length === 0) return;
  throw new UserError(
    'mlflow-schema',
    `${file} has the MLflow schema ${revision}, which this version cannot use: ${missing.join('; ')}.`,
    {
      next: `If an older MLflow made the file, back it up and run \`mlflow db upgrade sqlite:///${file}\` with MLflow 3; if a newer one did, use \`mlflow server\` and its address in MLFLOW_TRACKING_URI.`,
    },
  );
}

function revisionOf(connection: DatabaseSync): string | undefined {
  const table = connection.prepare("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").get();
  if (table === undefined) return undefined;
  return connection.prepare('SELECT version_num FROM alembic_version').get()?.version_num as
    | string
    | undefined;
}

const schemaSql = (): string => readFileSync(new URL('schema.sql', import.meta.url), 'utf8');

function asUserError(error: unknown, file: string): unknown {
  if (error instanceof UserError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (sqliteResult(error) === notADatabase) {
    return new UserError('not-an-mlflow-database', `${file} is not an SQLite database.`, {
      next: 'Name another file in MLFLOW_TRACKING_URI (sqlite:///path/to/mlflow.db).',
      cause: error,
    });
  }
  return new UserError('cannot-open-database', `The MLflow database ${file} cannot be opened: ${reason}.`, {
    next: 'Check that its folder exists and can be written to, and that no other program holds the file locked.',
    cause: error,
  });
}
