/** A file that is no CPU profile; the message says what it is, or lacks. */
export class NoProfile extends Error {}
