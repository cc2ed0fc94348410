import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
/** No GPU, and nothing that the browser would fetch for itself. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of a Chromium on PATH; undefined, with the reason on stderr, where there is none. With CI=true, root installs Debian's. */
export function findChromium(): string | undefined {
  const found = onPath();
  if (found !== undefined) return found;
  const mayInstall = process.env.CI === 'true' && process.getuid?.() === 0;
  const reason = mayInstall ? install() : `none of ${NAMES.join(', ')} is on PATH`;
  if (reason !== undefined) console.warn(`No browser tests: ${reason}`);
  return onPath();
}

/** Why it failed, if it did. */
function install(): string | undefined {
  try {
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
    execFileSync('apt-get', ['install', '-y', '-qq', 'chromium'], { stdio: 'inherit' });
    return undefined;
  } catch (error) {
    return `${error}`;
  }
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts a Chromium without a window. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS });
}
