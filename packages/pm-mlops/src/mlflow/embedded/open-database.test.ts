import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from 'pm-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, SCHEMA_REVISION } from './open-database.ts';

describe('opening a database', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'open-database-'));
    file = join(folder, 'mlflow.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const alter = (...statements: readonly string[]) => {
    const database = new DatabaseSync(file);
    for (const statement of statements) database.exec(statement);
    database.close();
  };
  const refusal = () => {
    try {
      openDatabase(file, 1).close();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      return error as UserError;
    }
    throw new Error('the file was opened');
  };

  test('makes one at the pinned revision with the experiment Default, in a folder of its own', () => {
    file = join(folder, 'deep/down/mlflow.db');
    const database = openDatabase(file, 1234);
    expect(database.rows('SELECT version_num FROM alembic_version')).toEqual([
      { version_num: SCHEMA_REVISION },
    ]);
    expect(database.row('SELECT * FROM experiments')).toEqual({
      experiment_id: 0,
      name: 'Default',
      artifact_location: 'mlflow-artifacts:/0',
      lifecycle_stage: 'active',
      creation_time: 1234,
      last_update_time: 1234,
    });
    expect(database.row('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(database.row('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
    database.close();
  });

  test('fills an empty file, and leaves a full one as it is', () => {
    writeFileSync(file, '');
    openDatabase(file, 1).close();
    alter("INSERT INTO experiments (name, lifecycle_stage) VALUES ('mine', 'active')");
    const database = openDatabase(file, 2);
    expect(database.rows('SELECT name, creation_time FROM experiments')).toEqual([
      { name: 'Default', creation_time: 1 },
      { name: 'mine', creation_time: null },
    ]);
    database.close();
  });

  test('takes a file of another revision that has all columns, new ones with defaults included', () => {
    openDatabase(file, 1).close();
    alter(
      "UPDATE alembic_version SET version_num = 'ffffffffffff'",
      "ALTER TABLE experiments ADD COLUMN workspace VARCHAR(63) DEFAULT 'default' NOT NULL",
      'CREATE TABLE spans (trace_id TEXT)',
    );
    openDatabase(file, 1).close();
  });

  test.each([
    ['ALTER TABLE inputs DROP COLUMN step', 'column inputs.step is missing'],
    ['DROP TABLE logged_model_tags', 'table logged_model_tags is missing'],
  ])('refuses a file of another revision after %s, saying what is missing', (change, phrase) => {
    openDatabase(file, 1).close();
    alter("UPDATE alembic_version SET version_num = 'acf3f17fdcc7'", change);
    const { code, message, next } = refusal();
    expect(code).toBe('mlflow-schema');
    expect(message).toContain(phrase);
    expect(message).toContain('acf3f17fdcc7');
    expect(next).toContain('mlflow db upgrade');
  });

  test('refuses a file with a new column that every insert would have to fill', () => {
    openDatabase(file, 1).close();
    alter(
      "UPDATE alembic_version SET version_num = 'ffffffffffff'",
      'DROP TABLE input_tags',
      'CREATE TABLE input_tags (input_uuid TEXT, name TEXT, value TEXT, owner TEXT NOT NULL)',
    );
    expect(refusal().message).toContain('column input_tags.owner is new and has no default');
  });

  test('refuses what is no database, and a database of something else', () => {
    writeFileSync(file, 'a text that is long enough not to be taken for an empty database file');
    expect(refusal().code).toBe('not-an-mlflow-database');
    rmSync(file);
    alter('CREATE TABLE notes (text)');
    expect(refusal().code).toBe('not-an-mlflow-database');
  });

  test('says so where the folder cannot be made', () => {
    writeFileSync(join(folder, 'taken'), '');
    file = join(folder, 'taken/mlflow.db');
    expect(refusal()).toMatchObject({ code: 'cannot-open-database', message: expect.stringContaining(file) });
  });
});
