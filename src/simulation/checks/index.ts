/** All invariants that a simulation can see. docs/proof.md says what proves the others. */

import type { Check } from './check.ts';
import { honestAnswers, lastWishHolds, noEffect, unchangedStay } from './commands.ts';
import { order } from './order.ts';
import {
  downIsDead,
  knownBeforeBorn,
  noStranger,
  oneGeneration,
  ownFilesOnly,
  runningIsAlive,
  trueExits,
} from './processes.ts';
import { adoptedAsItIs, oneManager, rememberedWishes } from './recovery.ts';
import { bounded } from './resources.ts';
import { boundedRestarts, noHurry, onlyWanted } from './restarts.ts';
import { onlyTheUnreachableAreStuck, patience, stopsEnd } from './stops.ts';

export const checks: readonly Check[] = [
  oneGeneration,
  noStranger,
  knownBeforeBorn,
  downIsDead,
  runningIsAlive,
  patience,
  onlyTheUnreachableAreStuck,
  stopsEnd,
  boundedRestarts,
  noHurry,
  onlyWanted,
  order,
  lastWishHolds,
  honestAnswers,
  adoptedAsItIs,
  oneManager,
  rememberedWishes,
  ownFilesOnly,
  noEffect,
  unchangedStay,
  trueExits,
  bounded,
];
