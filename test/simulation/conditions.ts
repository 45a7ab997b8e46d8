/** What has to happen in every campaign, or it looks away: each is counted by `sometimes.ts`. */
export const conditions: readonly string[] = [];
