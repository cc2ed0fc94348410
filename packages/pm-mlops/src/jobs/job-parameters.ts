import { UserError } from 'pm-core';

/**
 * Refuses values for parameters that a job has not: a service would take them and no task would read them.
 * @throws UserError `unknown-parameter`
 */
export function checkParameters(
  jobName: string,
  declared: readonly { readonly name: string }[],
  given: Readonly<Record<string, string>>,
): void {
  const names = declared.map(({ name }) => name);
  const stray = Object.keys(given).find((name) => !names.includes(name));
  if (stray === undefined) return;
  throw new UserError('unknown-parameter', `The job '${jobName}' has no parameter '${stray}'.`, {
    next: `It has: ${names.join(', ')}.`,
  });
}
