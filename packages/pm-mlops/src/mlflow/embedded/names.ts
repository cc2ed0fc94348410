/** Rules of MLflow for names (mlflow/utils/validation.py of 3.17 states each limit). */

const alphabet = /^[/\p{L}\p{N}_.\- :]*$/u;

/** A key is a normalised relative path of letters, digits, space and `_ - . : /`, 1 to 250 characters. */
export function isEntityKey(key: string): boolean {
  return key.length <= 250 && alphabet.test(key) && isPlainPath(key);
}

/** Whether a name, taken as a file path, leads to nothing but itself. */
function isPlainPath(name: string): boolean {
  if (name.startsWith('..')) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** A registered model's name: not blank, no `/` or `:`. */
export function isModelName(name: string): boolean {
  return name.trim() !== '' && !/[/:]/.test(name) && isPlainPath(name);
}

/** A logged model's name has none of `/ : . % " '`. */
export const isLoggedModelName = (name: string): boolean => name !== '' && !/[/:.%"']/.test(name);

/** An alias has letters, digits, `_` and `-`, 1 to 255 characters. */
export const isAlias = (alias: string): boolean => /^[\p{L}\p{N}_-]{1,255}$/u.test(alias);

/** `latest` and `v1`, in any case, would be taken for versions. */
export const isReservedAlias = (alias: string): boolean => /^(latest|v\d+)$/i.test(alias);
