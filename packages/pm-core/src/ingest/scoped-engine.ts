import { identifier, type TableEngine } from '../engine/index.ts';

/** An engine whose definitions end together. */
export interface ScopedEngine extends TableEngine {
  /** Drops what was defined through this object, the latest first. */
  drop(): Promise<void>;
}

/** Wraps an engine so that what is defined through it can be dropped; closing stays with the owner. */
export function scopedEngine(engine: TableEngine): ScopedEngine {
  const defined = new Map<string, 'VIEW' | 'TABLE'>();
  return {
    ...engine,
    async defineView(name, files) {
      defined.set(name, 'VIEW');
      await engine.defineView(name, files);
    },
    async defineQuery(name, select, options = {}) {
      defined.set(name, options.materialized ? 'TABLE' : 'VIEW');
      await engine.defineQuery(name, select, options);
    },
    async defineColumns(name, columns) {
      defined.set(name, 'VIEW');
      await engine.defineColumns(name, columns);
    },
    async drop() {
      for (const [name, kind] of [...defined].reverse()) {
        await engine.query(`DROP ${kind} IF EXISTS ${identifier(name)}`);
      }
    },
  };
}
