// One chunk for what records profiles, since who has one of them has most of the others.
export { createProfileFiles } from './output/profile-files.ts'
export { createHeapRecorder } from './process/heap.ts'
export { createRecorder } from './process/recorder.ts'
