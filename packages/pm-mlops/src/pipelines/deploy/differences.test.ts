import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differencesOf } from './differences.ts';

describe('what a workspace lacks of what is wanted', () => {
  test('a changed cron is the one field', () => {
    const wanted = { name: 'n', schedule: { quartz_cron_expression: '0 0 4 * * ?', timezone_id: 'UTC' } };
    const found = {
      name: 'n',
      schedule: { quartz_cron_expression: '0 0 3 * * ?', timezone_id: 'UTC', pause_status: 'UNPAUSED' },
      email_notifications: {},
    };
    expect(differencesOf(wanted, found)).toEqual([
      { field: 'schedule.quartz_cron_expression', from: '0 0 3 * * ?', to: '0 0 4 * * ?' },
    ]);
  });

  test('tasks and dependencies are matched by key, in whatever order', () => {
    const wanted = {
      tasks: [
        { task_key: 'b', depends_on: [{ task_key: 'z' }, { task_key: 'a' }] },
        { task_key: 'a', timeout_seconds: 60 },
      ],
    };
    const found = {
      tasks: [
        { task_key: 'a', timeout_seconds: 0, run_if: 'ALL_SUCCESS' },
        { task_key: 'b', depends_on: [{ task_key: 'a' }, { task_key: 'z' }] },
      ],
    };
    expect(differencesOf(wanted, found)).toEqual([{ field: 'tasks[a].timeout_seconds', from: 0, to: 60 }]);
  });

  test('a task that came and one that went are named', () => {
    const wanted = { tasks: [{ task_key: 'new' }] };
    const found = { tasks: [{ task_key: 'old' }] };
    expect(differencesOf(wanted, found).map(({ field }) => field)).toEqual(['tasks[new]', 'tasks[old]']);
  });

  test('lists without keys keep their order', () => {
    expect(differencesOf({ on_failure: ['a', 'b'] }, { on_failure: ['b', 'a'] })).toHaveLength(1);
    expect(differencesOf({ on_failure: ['a', 'b'] }, { on_failure: ['a', 'b'] })).toEqual([]);
  });

  test('an id of 19 digits is the same as a text and as an integer', () => {
    expect(differencesOf({ id: '8795232193391676031' }, { id: 8795232193391676031n })).toEqual([]);
    expect(differencesOf({ id: '8795232193391676031' }, { id: '8795232193391676032' })).toHaveLength(1);
  });

  test('fields that only the service has are never a difference', () => {
    const settings = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(settings, settings, (wanted, filledIn) => {
        expect(differencesOf(wanted, { ...filledIn, ...wanted })).toEqual([]);
      }),
    );
  });
});
