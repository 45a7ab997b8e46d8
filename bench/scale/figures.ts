/** What `npm run bench:scale` finds. */
export interface ScaleFigures {
  readonly placeholder?: never;
}
