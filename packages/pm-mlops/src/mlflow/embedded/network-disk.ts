import { statfsSync } from 'node:fs';

/** `f_type` of Linux's statfs(2): NFS, SMB, CIFS and SMB2. */
const networkTypes = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42]);

/** Whether a file is on a disk of another machine: SQLite's write-ahead log needs memory shared by all who open the file. */
export function isOnNetworkDisk(file: string): boolean {
  return networkTypes.has(statfsSync(file).type);
}
