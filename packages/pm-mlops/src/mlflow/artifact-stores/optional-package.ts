import { UserError } from 'pm-core';

/**
 * What `load` imports, which only some installations have.
 * @throws UserError `missing-package` naming the packages to install.
 */
export async function optionalPackage<Module>(
  packages: readonly string[],
  purpose: string,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UserError('missing-package', `${purpose} needs ${packages.join(' and ')}.`, {
      next: `npm install ${packages.join(' ')}`,
      cause: error,
    });
  }
}
