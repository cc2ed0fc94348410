import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authenticationFrom } from './authentication.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('authentication from the environment', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'home-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const credentials = (text: string) => {
    mkdirSync(join(home, '.mlflow'));
    writeFileSync(join(home, '.mlflow', 'credentials'), text);
  };

  test('none is none', () => {
    expect(authenticationFrom({}, home)).toBeUndefined();
    expect(authenticationFrom({ MLFLOW_TRACKING_USERNAME: 'ada' }, home)).toBeUndefined();
  });

  test('user and password are Basic and go before a token', () => {
    const environment = {
      MLFLOW_TRACKING_USERNAME: 'ada',
      MLFLOW_TRACKING_PASSWORD: 'pa:ss',
      MLFLOW_TRACKING_TOKEN: 'token',
    };
    expect(authenticationFrom(environment, home)!()).toBe(basic('ada:pa:ss'));
  });

  test('a token is Bearer', () => {
    expect(authenticationFrom({ MLFLOW_TRACKING_TOKEN: 'token' }, home)!()).toBe('Bearer token');
  });

  test('the section mlflow of the credentials file stands in for what the environment lacks', () => {
    credentials(
      '[other]\nmlflow_tracking_username = eve\n\n# comment\n[mlflow]\r\nmlflow_tracking_username = ada\nmlflow_tracking_password=a = b\n',
    );
    expect(authenticationFrom({}, home)!()).toBe(basic('ada:a = b'));
    expect(authenticationFrom({ MLFLOW_TRACKING_PASSWORD: 'x' }, home)!()).toBe(basic('ada:x'));
  });
});
