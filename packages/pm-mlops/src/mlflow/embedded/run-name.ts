import type { Random } from 'pm-core';

const adjectives =
  'amber bold brisk calm candid clever crisp deft eager fair gentle glad hardy keen lively lucid mellow nimble noble patient plucky proud quick quiet rapid sage serene sharp sleek steady sturdy subtle sunny tidy vivid warm wise witty zesty'.split(
    ' ',
  );
const nouns =
  'axle bearing belt bolt cam chain clutch cog crank dynamo engine fan flange gasket gauge gear gimbal hinge impeller lathe lever motor nozzle piston pulley pump relay rotor sensor shaft spindle spring sprocket stator throttle turbine valve winch'.split(
    ' ',
  );

/** A name for a run that was given none: `steady-turbine-417`. */
export function randomRunName(random: Random): string {
  const one = (words: readonly string[]) => words[Math.floor(random() * words.length)]!;
  return `${one(adjectives)}-${one(nouns)}-${Math.floor(random() * 1000)}`;
}
