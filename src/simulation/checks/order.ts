/** Who is started after whom, and stopped before whom. */
import type { Condition, Name } from '../../machines/vocabulary.ts';
import type { SupervisorEvent } from '../../runtime/api.ts';
import { downStatuses, type Known } from '../facts.ts';
import type { Check } from './check.ts';

type Judged = SupervisorEvent & { readonly type: 'service.judged' };

/** A service starts when all that it needs is there, and stops when nobody stands on it any more. */
export const order: Check = ({ system, facts }) => {
  /**
   * When something was last given up, or crashed in a group: one that gives up, or shares the fate
   * of a companion, goes down at once, whoever outside stands on it, and is told of after that.
   */
  let fellAt = -1;
  const isFelt = ({ service, verdict }: Judged) =>
    verdict === 'giveUp' || (verdict === 'restart' && isInGroup(service));
  const isInGroup = (name: Name) =>
    facts.groups.has(name) ||
    facts.requirements.groups.some((group) => facts.requirements.within(group).includes(name));
  const isFalling = (name: Name) => {
    if (fellAt === system.now) return true;
    return facts.requirements.groups.some(
      (group) =>
        isInTrouble(facts.groups.get(group)) && facts.requirements.within(group).includes(name),
    );
  };
  const checkStart = (known: Known) => {
    for (const { name, condition } of known.spec.dependsOn) {
      const other = facts.services.get(name);
      if (other === undefined || !facts.isDefined(name) || meets(other, condition)) continue;
      // A start that is on its way is not called back by what happens in that very moment.
      if (other.changedAt === system.now) continue;
      const { detail } = other;
      system.fail('S10', `${known.name} starts while ${name} is ${detail}, not ${condition}`);
    }
  };
  const checkStop = ({ name }: Known) => {
    if (facts.wishes.of(name) !== 'down' || isFalling(name)) return;
    for (const { spec, status } of facts.services.values()) {
      if (!spec.dependsOn.some((need) => need.name === name)) continue;
      if (downStatuses.has(status) || status === 'stuck' || !facts.isDefined(spec.name)) continue;
      system.fail('S10', `${name} is stopped before ${spec.name}, which is ${status}`);
    }
  };
  return {
    heard(event) {
      if (event.type === 'service.judged' && isFelt(event)) fellAt = system.now;
      if (event.type !== 'service.state') return;
      const known = facts.services.get(event.service);
      if (known === undefined) return;
      if (event.to === 'starting' && event.from !== 'adopting') checkStart(known);
      const isAsked = event.detail === 'stopping.asking' && event.cause.startsWith('asked for');
      if (event.to === 'stopping' && event.from === 'running' && isAsked) {
        checkStop(known);
      }
    },
  };
};

const isInTrouble = (status: string | undefined): boolean =>
  status === 'failed' || status === 'crashed' || status === 'backoff' || status === 'stopping';

function meets({ status, healthy, isLaunched }: Known, condition: Condition): boolean {
  if (status === 'completed') return true;
  if (condition === 'completed') return false;
  if (condition === 'started') return status === 'running' || (status === 'starting' && isLaunched);
  return status === 'running' && (condition === 'ready' || healthy);
}
