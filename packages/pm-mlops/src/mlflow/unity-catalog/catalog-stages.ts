import { MODEL_STAGES, type ModelStage } from '../model-version.ts';
import { STAGE_ALIASES } from '../repair-stages.ts';
import { recordOf } from '../wire-values.ts';
import type { CatalogCall, Fields } from './catalog-calls.ts';

/** Tag of a version in stage Archived: Unity Catalog has no stages. */
const STAGE_TAG = 'pm.stage';

/** Version that each alias of a model points at; none where there is no such model. */
export type Aliases = Readonly<Record<string, string>>;

/** Searches leave aliases out: they are asked of the model by its name. */
export async function aliasesOf(call: CatalogCall, name: string): Promise<Aliases> {
  const { registered_model } = await call('GET', 'registered-models/get', { name });
  const { aliases = [] } = registered_model as { aliases?: { alias: string; version: string }[] };
  return Object.fromEntries(aliases.map(({ alias, version }) => [alias, `${version}`]));
}

/** A version of an answer, with the stage that its aliases make: `champion` is Production, `challenger` is Staging. */
export function withStage(version: Fields, aliases: Aliases): Fields {
  return { ...version, version: `${version.version}`, current_stage: stageOf(version, aliases) };
}

function stageOf({ version, tags }: Fields, aliases: Aliases): ModelStage {
  if (aliases[STAGE_ALIASES.Production] === `${version}`) return 'Production';
  if (aliases[STAGE_ALIASES.Staging] === `${version}`) return 'Staging';
  const stage = recordOf(tags as { key: string; value: string }[] | undefined)[STAGE_TAG];
  return stage === 'Archived' ? 'Archived' : 'None';
}

/**
 * Moves a version to a stage by aliases. An alias has one version, so that a stage has one too, whoever else moves at the same
 * time. Who held it is marked as archived before: cut off in between, it still holds the alias, which has the word.
 */
export async function moveByAlias(
  call: CatalogCall,
  { name, version, stage }: { name: string; version: string; stage: ModelStage },
): Promise<void> {
  const aliases = await aliasesOf(call, name);
  const mark = (of: string) =>
    call('POST', 'model-versions/set-tag', { name, version: of, key: STAGE_TAG, value: 'Archived' });
  const unmark = () => call('DELETE', 'model-versions/delete-tag', { name, version, key: STAGE_TAG });
  const alias = aliasOf(stage);
  if (alias !== undefined) {
    const former = aliases[alias];
    if (former !== undefined && former !== version) await mark(former);
    await call('POST', 'registered-models/alias', { name, alias, version });
  } else if (stage === 'Archived') await mark(version);
  for (const other of Object.values(STAGE_ALIASES)) {
    if (other === alias || aliases[other] !== version) continue;
    await call('DELETE', 'registered-models/alias', { name, alias: other });
  }
  if (stage !== 'Archived') await unmark();
}

const aliasOf = (stage: ModelStage): string | undefined =>
  stage === 'Production' || stage === 'Staging' ? STAGE_ALIASES[stage] : undefined;

/** A stage as a caller writes it. @throws Error for what is none */
export function stageIn(text: unknown): ModelStage {
  const stage = MODEL_STAGES.find((known) => known.toLowerCase() === `${text}`.toLowerCase());
  if (stage === undefined) throw new Error(`${text} is no stage`);
  return stage;
}
