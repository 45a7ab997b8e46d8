/** All invariants that a simulation can see. docs/proof.md says what proves the others. */

import type { Check } from './check.ts';
import { honestAnswers, lastWishHolds, noEffect, trueAnswers, unchangedStay } from './commands.ts';
import { order } from './order.ts';
import {
  downIsDead,
  intentFirst,
  knownBeforeBorn,
  noStranger,
  oneGeneration,
  ownFilesOnly,
  runningIsAlive,
  trueExits,
} from './processes.ts';
import { adoptedAsItIs, oneManager, rememberedWishes } from './recovery.ts';
import { bounded } from './resources.ts';
import { boundedRestarts, noHurry, noStopIsACrash, onlyWanted } from './restarts.ts';
import { onlyTheUnreachableAreStuck, patience, stopsEnd } from './stops.ts';

export const checks: readonly Check[] = [
  oneGeneration,
  noStranger,
  knownBeforeBorn,
  intentFirst,
  downIsDead,
  runningIsAlive,
  patience,
  onlyTheUnreachableAreStuck,
  stopsEnd,
  boundedRestarts,
  noHurry,
  noStopIsACrash,
  onlyWanted,
  order,
  lastWishHolds,
  honestAnswers,
  trueAnswers,
  adoptedAsItIs,
  oneManager,
  rememberedWishes,
  ownFilesOnly,
  noEffect,
  unchangedStay,
  trueExits,
  bounded,
];
