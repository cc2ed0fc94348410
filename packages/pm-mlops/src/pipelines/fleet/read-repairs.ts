import type { Repair } from 'pm-core/alerts';
import type { TableEngine } from 'pm-core/engine';

/** All replacements of the lake, planned or after a failure, in no order: few, even of a large fleet. */
export async function readRepairs(engine: TableEngine): Promise<Repair[]> {
  const { columns } = await engine.columns('SELECT machine_id, replaced_at, component FROM maintenance', {
    machine_id: 'string',
    replaced_at: 'timestamp',
    component: 'string',
  });
  return columns.machine_id.map((machineId, i) => ({
    machineId,
    component: columns.component[i]!,
    replacedAtMs: columns.replaced_at[i]!,
  }));
}
