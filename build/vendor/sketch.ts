export { DDSketch } from '@datadog/sketches-js'
