/** Where a measurement may leave things, all of which are ended and removed after it. */
export interface Place {
  readonly directory: string;
  /** An argument that no other process of this machine has. */
  readonly marker: string;
  /** The built package. */
  readonly dist: string;
}
