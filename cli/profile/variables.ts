/** What the command line tells the process that it profiles. */
export const variables = {
  folder: 'CROSSBRIDGE_RUN_FOLDER',
  kind: 'CROSSBRIDGE_RUN_KIND',
  interval: 'CROSSBRIDGE_RUN_INTERVAL',
} as const
