/** Of this package, for the journal, the daemon and `--version`. A test holds it to package.json. */
export const version = '0.1.0';
