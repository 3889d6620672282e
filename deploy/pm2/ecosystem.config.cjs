// The agent stands in /opt/crossbridge: npm install --prefix /opt/crossbridge @crossbridge/agent
const agent = '--import /opt/crossbridge/node_modules/@crossbridge/agent/register.mjs'

module.exports = {
  apps: [
    {
      name: 'search',
      script: 'app.js',
      cwd: '/srv/search',
      node_args: agent,
      env: { CROSSBRIDGE_CONFIG: '/srv/search/crossbridge.yml' },
    },
    {
      // In cluster mode pm2 sets `env` and the working directory after the agent has looked at both. Node reads --env-file
      // before: crossbridge.env is the line CROSSBRIDGE_CONFIG=/srv/search/crossbridge.yml.
      name: 'search-cluster',
      script: 'app.js',
      cwd: '/srv/search',
      exec_mode: 'cluster',
      instances: 2,
      node_args: `--env-file=/srv/search/crossbridge.env ${agent}`,
    },
  ],
}
