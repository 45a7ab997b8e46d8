/**
 * What a person would expect of a tree of good programs that crash now and then: who is
 * wanted, who is up and for which time, and how many restarts each and each group has used.
 * It knows no states and no order of events: what takes time is thought to its end at once.
 */
import type { ChildSpec, GroupSpec, Name } from '../../src/machines/vocabulary.ts';

interface Node {
  readonly child: ChildSpec;
  readonly parent: Node | null;
  readonly members: readonly Node[];
  wanted: boolean;
  /** Services only. */
  isUp: boolean;
  /** How often a new process took the place of none or of another. */
  generation: number;
  /** It gave up, and only a person or its group brings it back. */
  hasFailed: boolean;
  /** A group: by the crashes in it, so that its return forgives them. */
  isExceeded: boolean;
  /** Of its own restarts, and of a group: those of its members together. */
  used: number;
  counted: number;
}

export class TreeModel {
  readonly #nodes = new Map<Name, Node>();

  constructor(root: GroupSpec) {
    this.#grow({ spec: root, needs: [] }, null);
  }

  get services(): readonly Node[] {
    return [...this.#nodes.values()].filter(
      ({ members, child }) => members.length === 0 && child.spec.kind === 'service',
    );
  }

  isUp(name: Name): boolean {
    return this.#at(name).isUp;
  }

  want(names: readonly Name[]): void {
    // A group in which nobody wants anything is stopped, and begins anew.
    const idle = this.#groups().filter((group) => !this.#isAnyWantedIn(group));
    for (const name of names) {
      const node = this.#at(name);
      Object.assign(node, { wanted: true, used: 0, hasFailed: false });
      for (let group = node.parent; group !== null; group = group.parent) group.used = 0;
    }
    // From the outside in: a group that gave up is asked once more when something in it is.
    for (const group of this.#groups()) {
      const isAsked = names.some((name) => this.#isIn(this.#at(name), group));
      if (isAsked && (group.hasFailed || idle.includes(group))) this.#permit(group);
    }
    this.#raise();
  }

  unwant(names: readonly Name[]): void {
    for (const name of names) Object.assign(this.#at(name), { wanted: false, hasFailed: false });
    this.#fell();
  }

  restart(name: Name): void {
    this.want([name]);
    this.#renew(this.#withFollowers([this.#at(name)]));
  }

  crash(name: Name): void {
    const node = this.#at(name);
    node.isUp = false;
    this.#judge(node);
    this.#raise();
  }

  /** Whatever needs something that nobody wants goes as well. */
  #fell(): void {
    for (const node of this.services) if (!this.#mayRun(node)) node.isUp = false;
  }

  #raise(): void {
    for (let before = -1, now = 0; before !== now; ) {
      before = now;
      for (const node of this.services) {
        if (node.isUp || node.hasFailed || !this.#mayRun(node)) continue;
        if (!this.#isSupported(node)) continue;
        node.isUp = true;
        node.generation += 1;
      }
      now = this.services.filter(({ isUp }) => isUp).length;
    }
  }

  #mayRun(node: Node): boolean {
    return (
      node.wanted && this.#isLet(node) && this.#needsOf(node).every((one) => this.#isWished(one))
    );
  }

  #isWished(node: Node): boolean {
    return node.wanted && this.#needsOf(node).every((one) => this.#isWished(one));
  }

  #isSupported(node: Node): boolean {
    return this.#needsOf(node).every((one) => one.isUp);
  }

  #isLet({ parent }: Node): boolean {
    return parent === null || (!parent.hasFailed && this.#isLet(parent));
  }

  #judge(node: Node): void {
    const { parent } = node;
    const { spec } = node.child;
    if (parent === null) throw new Error('nobody judges the root');
    const { onExceeded, intensity } = this.#groupOf(parent);
    if (node.used >= spec.restart.intensity) {
      node.hasFailed = true;
      if (onExceeded === 'escalate') this.#exceed(parent);
      return;
    }
    node.used += 1;
    if (onExceeded === 'escalate' && parent.counted >= intensity) {
      node.hasFailed = true;
      return this.#exceed(parent);
    }
    parent.counted += 1;
    const others = this.#withFollowers([node, ...this.#companionsOf(node)]);
    others.delete(node);
    if (node.members.length > 0) this.#permit(node);
    this.#renew(others);
  }

  #exceed(group: Node): void {
    group.isExceeded = true;
    group.hasFailed = true;
    for (const node of this.services) if (this.#isIn(node, group)) node.isUp = false;
    this.#judge(group);
  }

  /** It may run again, and what had given up in it when it did may as well. */
  #permit(group: Node): void {
    for (const member of group.members) {
      const isForgiven = group.isExceeded && member.hasFailed;
      if (isForgiven) Object.assign(member, { hasFailed: false, used: 0 });
      if (member.members.length > 0 && !member.hasFailed) this.#permit(member);
    }
    Object.assign(group, { hasFailed: false, isExceeded: false, counted: 0 });
  }

  /** Down once, and up again. */
  #renew(nodes: Iterable<Node>): void {
    for (const node of nodes) {
      if (node.members.length > 0 && !node.hasFailed) this.#permit(node);
      for (const service of this.services) if (this.#isIn(service, node)) service.isUp = false;
    }
    this.#raise();
  }

  #companionsOf(node: Node): readonly Node[] {
    const siblings = node.parent?.members ?? [];
    switch (node.parent === null ? null : this.#groupOf(node.parent).strategy) {
      case 'one_for_all':
        return siblings;
      case 'rest_for_one':
        return siblings.slice(siblings.indexOf(node) + 1);
      default:
        return [];
    }
  }

  #withFollowers(nodes: readonly Node[]): Set<Node> {
    const found = new Set(nodes);
    for (const node of found) {
      for (const other of node.parent?.members ?? []) {
        const follows = other.child.needs.some(
          ({ restart, sibling }) => restart && sibling === node.child.spec.name,
        );
        if (follows) found.add(other);
      }
    }
    return found;
  }

  #needsOf({ child: { spec } }: Node): readonly Node[] {
    return spec.kind === 'service' ? spec.dependsOn.map(({ name }) => this.#at(name)) : [];
  }

  #isAnyWantedIn(group: Node): boolean {
    return this.services.some((node) => node.wanted && this.#isIn(node, group));
  }

  #isIn(node: Node, group: Node): boolean {
    return node === group || (node.parent !== null && this.#isIn(node.parent, group));
  }

  #groups(): readonly Node[] {
    return [...this.#nodes.values()].filter(({ members }) => members.length > 0);
  }

  #groupOf({ child: { spec } }: Node): GroupSpec {
    if (spec.kind !== 'group') throw new Error(`${spec.name} is no group`);
    return spec;
  }

  #at(name: Name): Node {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`there is no ${name}`);
    return node;
  }

  #grow(child: ChildSpec, parent: Node | null): Node {
    const members: Node[] = [];
    const node: Node = {
      ...{ child, parent, members, wanted: false, isUp: false, generation: 0 },
      ...{ hasFailed: false, isExceeded: false, used: 0, counted: 0 },
    };
    this.#nodes.set(child.spec.name, node);
    if (child.spec.kind === 'group') {
      for (const inner of child.spec.children) members.push(this.#grow(inner, node));
    }
    return node;
  }
}
